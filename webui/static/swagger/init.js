/* global SwaggerUIBundle */

// The page keeps its half of the session under this name; the other half is a cookie that comes along by itself.
const key = localStorage.getItem(`studio.key.${location.port}`);

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger',
  deepLinking: true,
  // Nothing is sent to a service that judges documents.
  validatorUrl: null,
  requestInterceptor(request) {
    const isOwn = new URL(request.url, location.href).origin === location.origin;
    if (key && isOwn) request.headers['X-Studio-Key'] = key;
    return request;
  },
});
