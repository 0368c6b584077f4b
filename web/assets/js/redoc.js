/* Starts Redoc on /redoc/. */
window.Redoc.init('/openapi.json', {}, document.getElementById('reference'));
