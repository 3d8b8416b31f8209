// Package open311 is the centre's Open311 GeoReport v2 interface (开放 311 接口): the standard by which reporting apps and
// city programs file requests and read what becomes of them. It speaks XML and JSON, publishes only what is open to all
// (hotline.Published), and files requests through the same use case as every desk.
//
//	GET  /open311/discovery.{xml,json}
//	GET  /open311/v2/services.{xml,json}
//	GET  /open311/v2/services/{service_code}.{xml,json}
//	POST /open311/v2/requests.{xml,json}           api_key
//	GET  /open311/v2/requests.{xml,json}
//	GET  /open311/v2/requests/{service_request_id}.{xml,json}
//	GET  /open311/v2/tokens/{token}.{xml,json}
//
// A service is a leaf of the centre's categories, a jurisdiction a centre by its code, an api_key an API token that may
// register tickets. Errors are 404 for what is not there, 403 for the key, 400 for everything else, as the standard says;
// their texts are Chinese. Beyond the standard: page_size and after (a service_request_id) page through a list.
package open311
