/* Starts Swagger UI on /swagger/. */
window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reference' });
