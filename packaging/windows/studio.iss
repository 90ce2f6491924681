; Makes the installer for Windows, with Inno Setup 6.3 or newer:
;   iscc /DVersion=0.1.0 /DBuild=..\..\dist\studio-folder packaging\windows\studio.iss
; Build is a folder that PyInstaller made on Windows, with studio.exe in it. packaging/README.md says the rest.
#ifndef Version
  #error Say which version: /DVersion=0.1.0
#endif
#ifndef Build
  #error Say where the built program is: /DBuild=FOLDER
#endif
; A terminal of Windows is a child of winpty's agent. Without these files every terminal would fail, so the installer does.
#if !FileExists(Build + "\_internal\winpty\winpty-agent.exe")
  #error The build has no winpty-agent.exe: PyInstaller needs --collect-all winpty (pywinpty)
#endif

[Setup]
AppId={{7C0D2D5B-4B64-4C7F-9A53-0B8B5E5C6B1D}
AppName=Studio
AppVersion={#Version}
AppPublisher=Studio contributors
DefaultDirName={autopf}\Studio
DefaultGroupName=Studio
DisableProgramGroupPage=yes
; For one user, without asking an administrator: Studio has no service that others could use.
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Windows 10 1809 has the first console that can be a terminal of another program.
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=studio-{#Version}-setup
SetupIconFile=studio.ico
UninstallDisplayIcon={app}\studio.exe
Compression=lzma2
SolidCompression=yes
ChangesEnvironment=yes
; A running Studio is asked to end, so that its files can be replaced.
CloseApplications=yes
RestartApplications=no
#ifdef Sign
; `iscc "/Ssigntool=signtool.exe sign /fd SHA256 /tr TIMESTAMP /td SHA256 /a $f" /DSign=1`
SignTool=signtool
SignedUninstaller=yes
#endif

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"
Name: "french"; MessagesFile: "compiler:Languages\French.isl"

[CustomMessages]
english.AddToPath=Find the studio command in every terminal
french.AddToPath=Trouver la commande studio dans chaque terminal
english.StartWithWindows=Start Studio when you sign in
french.StartWithWindows=Lancer Studio à l’ouverture de session
english.NoWebView=Windows has no WebView2 here. Studio will open in your browser; install the WebView2 Runtime of Microsoft to have a window.
french.NoWebView=WebView2 manque à ce Windows. Studio s’ouvrira dans votre navigateur ; installez le WebView2 Runtime de Microsoft pour avoir une fenêtre.
english.DataStays=What Studio keeps stays in %1. Remove that folder by hand if you do not want it any more.
french.DataStays=Ce que Studio garde reste dans %1. Supprimez ce dossier à la main si vous n’en voulez plus.

[Tasks]
Name: "path"; Description: "{cm:AddToPath}"
Name: "service"; Description: "{cm:StartWithWindows}"; Flags: unchecked
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[Files]
Source: "{#Build}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Studio"; Filename: "{app}\studio.exe"
Name: "{autodesktop}\Studio"; Filename: "{app}\studio.exe"; Tasks: desktopicon

[Registry]
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; \
  Tasks: path; Check: not IsOnPath(ExpandConstant('{app}'))

[Run]
Filename: "{app}\studio.exe"; Parameters: "service install --yes"; Flags: runhidden; Tasks: service
Filename: "{app}\studio.exe"; Description: "{cm:LaunchProgram,Studio}"; Flags: nowait postinstall skipifsilent

[UninstallRun]
Filename: "{app}\studio.exe"; Parameters: "service remove --yes"; Flags: runhidden; RunOnceId: "service"

[Code]
const
  WEBVIEW = 'Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}';

function HasWebView: Boolean;
var
  Version: String;
begin
  Result := RegQueryStringValue(HKLM, 'SOFTWARE\WOW6432Node\' + WEBVIEW, 'pv', Version) or
            RegQueryStringValue(HKCU, 'Software\' + WEBVIEW, 'pv', Version);
  Result := Result and (Version <> '') and (Version <> '0.0.0.0');
end;

function IsOnPath(Folder: String): Boolean;
var
  Path: String;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    Path := '';
  Result := Pos(';' + Lowercase(Folder) + ';', ';' + Lowercase(Path) + ';') > 0;
end;

procedure CurStepChanged(Step: TSetupStep);
begin
  if (Step = ssPostInstall) and not HasWebView then
    SuppressibleMsgBox(CustomMessage('NoWebView'), mbInformation, MB_OK, IDOK);
end;

procedure RemoveFromPath(Folder: String);
var
  Path: String;
  Place: Integer;
begin
  if not RegQueryStringValue(HKCU, 'Environment', 'Path', Path) then
    exit;
  { Whole entries only. The first semicolon is not in Path, so this is where the entry itself begins there. }
  Place := Pos(';' + Lowercase(Folder) + ';', ';' + Lowercase(Path) + ';');
  if Place > 0 then
  begin
    Delete(Path, Place, Length(Folder) + 1);
    RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Path);
  end;
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
begin
  if Step = usPostUninstall then
  begin
    RemoveFromPath(ExpandConstant('{app}'));
    SuppressibleMsgBox(FmtMessage(CustomMessage('DataStays'), [ExpandConstant('{localappdata}\studio')]),
      mbInformation, MB_OK, IDOK);
  end;
end;
