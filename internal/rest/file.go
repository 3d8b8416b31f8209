package rest

import (
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yichuang/internal/errs"
	"yichuang/internal/web"
)

// File is the output of an operation that answers with a stored file. serve writes it; where it gives an error it has
// written nothing, and the caller gets a problem document. Describe the operation with FileResponse.
func File(k *Kit, serve func(w http.ResponseWriter, r *http.Request) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		if err := serve(w, r); err != nil {
			k.web.Fail(w, r, err)
		}
	}}
}

// Download is the output of an operation that answers with a file which write makes. Where write gives an error before
// its first byte, the caller gets a problem document; after it the connection is cut, so that nobody takes a part for the
// whole. Describe the operation with FileResponse.
func Download(k *Kit, name, contentType string, write func(w io.Writer) error) *huma.StreamResponse {
	return File(k, func(w http.ResponseWriter, r *http.Request) error {
		sent, err := web.WriteFile(w, name, contentType, write)
		if err == nil || !sent {
			return err
		}
		k.web.Note(r.Context(), r, errs.As(err))
		panic(http.ErrAbortHandler)
	})
}

// FileResponse describes a File in the OpenAPI document.
func FileResponse(description string) map[string]*huma.Response {
	content := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	return map[string]*huma.Response{"200": {Description: description, Content: content}}
}

// dropUploads removes the files of a form that huma left in the temporary folder.
func dropUploads(r *http.Request) {
	if r.MultipartForm != nil {
		r.MultipartForm.RemoveAll() //nolint:errcheck // the system sweeps its temporary folder
	}
}
