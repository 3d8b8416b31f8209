// Package evidencehttp is what the pages and the API of the hall's modules share about files of evidence: the field of a form, saving what
// was sent, the list with its links, and the pair of operations that add and give files.
package evidencehttp

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

// Body is the largest request with files. It lies above the limit of the files, so that somebody who is a little over it is told so beside
// the field.
const Body = 64 << 20

// Field is the choice of files in a form.
func Field(f *web.Form, label, hint string) templ.Component {
	accept := []string{"image/*"}
	for _, x := range blob.Formats() {
		accept = append(accept, x.Ext)
	}
	if hint != "" {
		hint += "；"
	}
	return web.InputFile(web.Field{Form: f, Name: "files", Label: label, Optional: true, Multiple: true, Accept: strings.Join(accept, ","),
		Hint: hint + fmt.Sprintf("照片、PDF、文档，一次最多 %d 个，每个不超过 %d MB，合计不超过 %d MB", evidence.MaxFiles, blob.DefaultMaxSize>>20, evidence.MaxBytes>>20)})
}

// Save saves the files of a form in a centre. What is wrong with one is noted at the field; none is saved while something else in the form is
// wrong, since a browser does not send the same choice again.
func Save(c *web.Ctx, f *web.Form, centre string, blobs *blob.Store) []blob.Upload {
	chosen := f.Files("files")
	sizes := make([]int64, len(chosen))
	for i, u := range chosen {
		sizes[i] = u.Size
	}
	f.Take(evidence.Check(sizes))
	if !f.OK() {
		return nil
	}
	var out []blob.Upload
	for _, u := range chosen {
		r, err := u.Open()
		if err == nil {
			var up blob.Upload
			up, err = blobs.Save(centre, r, u.Name)
			r.Close()
			out = append(out, up)
		}
		if err != nil {
			c.Note(err)
			f.Fail("files", "“%s”：%s", u.Name, errs.As(err).Public)
		}
	}
	return out
}

// ChooseAgain says that a browser forgets the chosen files when a form comes back.
func ChooseAgain(f *web.Form) {
	if len(f.Files("files")) > 0 && f.ErrorOf("files") == "" {
		f.Fail("files", "附件还没有上传，请重新选择。")
	}
}

// List is links to files below an address; words names the part of each, "" for none.
func List(files []evidence.File, at string, words func(part string) string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if len(files) == 0 {
			return nil
		}
		var b strings.Builder
		b.WriteString(`<ul class="files">`)
		for _, f := range files {
			part := ""
			if words != nil && words(f.Part) != "" {
				part = words(f.Part) + "，"
			}
			fmt.Fprintf(&b, `<li><a href="%s" target="_blank">%s</a> <span class="text-secondary">%s%s，%s</span></li>`, templ.EscapeString(at+"/"+f.ID), templ.EscapeString(f.Name), templ.EscapeString(part), f.At.String(), sizeText(f.Size))
		}
		b.WriteString(`</ul>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func sizeText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}

// filesForm is the multipart form of new files.
type filesForm struct {
	Files []huma.FormFile `form:"files" required:"true" doc:"文件，一次最多 9 个，每个不超过 20 MB，合计不超过 40 MB；类型按内容判断"`
}

// uploadInput addresses an object with new files.
type uploadInput struct {
	rest.ID
	RawBody huma.MultipartFormFiles[filesForm]
}

// openInput addresses one file of an object.
type openInput struct {
	rest.ID
	File string `path:"file" maxLength:"40" doc:"附件的编号"`
}

// Routes are the operations on the files of one kind of object: below its address.
type Routes struct {
	Path, Name, Tag string // /site/findings/{id}, 问题
	Add, Read       actor.Permission
	Keep            func(ctx context.Context, id string, files []blob.Upload) ([]evidence.File, error)
	Open            func(ctx context.Context, id, file string) (blob.Blob, error) // nil where another address gives them
}

// RegisterAPI adds them to the API.
func RegisterAPI(k *rest.Kit, blobs *blob.Store, r Routes) {
	upload := huma.Operation{Method: http.MethodPost, Path: r.Path + "/files", Summary: r.Name + "：补充附件；返回全部附件", Tags: []string{r.Tag}, MaxBodyBytes: Body, BodyReadTimeout: 5 * time.Minute}
	rest.Upload(k, upload, r.Add, func(ctx context.Context, in *uploadInput) (*rest.Body[[]evidence.File], error) {
		files, err := SaveForm(ctx, blobs, in.RawBody.Data().Files)
		if err != nil {
			return nil, err
		}
		list, err := r.Keep(ctx, in.ID.ID, files)
		if err != nil {
			return nil, err
		}
		return rest.OK(list), nil
	})
	if r.Open == nil { // another address gives them
		return
	}
	get := huma.Operation{Method: http.MethodGet, Path: r.Path + "/files/{file}", Summary: r.Name + "：下载附件（记入日志）", Tags: []string{r.Tag}}
	get.Responses = rest.FileResponse("文件的内容")
	rest.Register(k, get, r.Read, func(ctx context.Context, in *openInput) (*huma.StreamResponse, error) {
		b, err := r.Open(ctx, in.ID.ID, in.File)
		if err != nil {
			return nil, err
		}
		return rest.File(k, func(w http.ResponseWriter, r *http.Request) error { return blobs.Serve(w, r, b) }), nil
	})
}

// SaveForm writes the files of a request of the API to the attachment store.
func SaveForm(ctx context.Context, blobs *blob.Store, list []huma.FormFile) ([]blob.Upload, error) {
	sizes := make([]int64, len(list))
	for i, f := range list {
		defer f.Close()
		sizes[i] = f.Size
	}
	if err := evidence.Check(sizes); err != nil {
		return nil, err
	}
	var out []blob.Upload
	for _, f := range list {
		up, err := blobs.Save(actor.From(ctx).CentreID, f, f.Filename)
		if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
			return nil, evidence.ErrInput.Field("files", "“%s”：%s", f.Filename, e.Public)
		} else if err != nil {
			return nil, err
		}
		out = append(out, up)
	}
	return out, nil
}
