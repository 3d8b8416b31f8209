package caseworkhttp

import (
	"fmt"
	"strings"

	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/web"
)

// uploadBody is the largest request with files: above the limit of package casework, so that somebody who is a little over it is
// told so and keeps what was typed.
const uploadBody = 64 << 20

// fileField is the field of a material's files: file.M1, or file.<item>.M1 where several items are applied for.
func fileField(item, code string) string {
	if item == "" {
		return "file." + code
	}
	return "file." + item + "." + code
}

// uploads saves the files of a form by the codes of their materials; item is "" where the form is about one case. What is wrong
// with one is noted at its field; no file is saved while something else in the form is wrong.
func (d Deps) uploads(c *web.Ctx, f *web.Form, item string, codes []string) casework.Uploads {
	out := casework.Uploads{}
	var sizes []int64
	for _, code := range codes {
		for _, u := range f.Files(fileField(item, code)) {
			sizes = append(sizes, u.Size)
		}
	}
	f.Take(casework.CheckFiles(sizes))
	if !f.OK() {
		chooseAgain(f, item, codes)
		return out
	}
	for _, code := range codes {
		for _, u := range f.Files(fileField(item, code)) {
			up, err := d.save(c, u)
			if err != nil {
				c.Note(err)
				f.Fail(fileField(item, code), "“%s”：%s", u.Name, errs.As(err).Public)
				continue
			}
			out[code] = append(out[code], up)
		}
	}
	if !f.OK() {
		chooseAgain(f, item, codes)
	}
	return out
}

func (d Deps) save(c *web.Ctx, u *web.Upload) (blob.Upload, error) {
	r, err := u.Open()
	if err != nil {
		return blob.Upload{}, err
	}
	defer r.Close()
	return d.Blobs.Save(c.Actor().CentreID, r, u.Name)
}

// chooseAgain says that a browser forgets the chosen files when a form comes back.
func chooseAgain(f *web.Form, item string, codes []string) {
	for _, code := range codes {
		if name := fileField(item, code); len(f.Files(name)) > 0 && f.ErrorOf(name) == "" {
			f.Fail(name, "文件还没有上传，请重新选择。")
		}
	}
}

// accepted lists what a browser offers: endings, and the types of pictures, at which telephones offer their camera.
func accepted() string {
	var out []string
	for _, f := range blob.Formats() {
		if strings.HasPrefix(f.MediaType, "image/") {
			out = append(out, f.MediaType)
		}
		out = append(out, f.Ext)
	}
	return strings.Join(out, ",")
}

func fileHint() string {
	return fmt.Sprintf("可以拍照，也可以是 PDF、文档。每个文件不超过 %d MB，合计不超过 %d MB。", blob.DefaultMaxSize>>20, casework.MaxFilesBytes>>20)
}

// file sends a file of a material; the reading is in the audit log.
func (h handlers) file(c *web.Ctx) error {
	b, err := h.Casework.OpenFile(c.Context(), c.Param("no"), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}
