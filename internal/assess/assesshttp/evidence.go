package assesshttp

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/assess"
	"yichuang/internal/blob"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// uploadBody is the largest request with files. It lies above the limit of the files, so that somebody who is a little
// over it is told so beside the field.
const uploadBody = 64 << 20

// filesField is the choice of files of evidence in a form.
func filesField(f *web.Form) web.Field {
	var accept []string
	for _, x := range blob.Formats() {
		accept = append(accept, x.Ext)
	}
	return web.Field{Form: f, Name: "files", Label: "佐证材料", Optional: true, Multiple: true, Accept: strings.Join(accept, ","),
		Hint: fmt.Sprintf("文件、照片、截图等，最多 %d 个，每个不超过 %d MB，合计不超过 %d MB", hotline.MaxAttachments, blob.DefaultMaxSize>>20, hotline.MaxAttachmentsBytes>>20)}
}

// uploads saves the files of a form. What is wrong with one is noted at the field; none is saved while something else in
// the form is wrong, since a browser does not send the same choice again.
func (h handlers) uploads(c *web.Ctx, f *web.Form) []blob.Upload {
	chosen := f.Files("files")
	sizes := make([]int64, len(chosen))
	for i, u := range chosen {
		sizes[i] = u.Size
	}
	f.Take(hotline.CheckAttachments(sizes))
	if !f.OK() {
		return nil
	}
	var out []blob.Upload
	for _, u := range chosen {
		r, err := u.Open()
		if err == nil {
			var up blob.Upload
			up, err = h.Blobs.Save(c.Actor().CentreID, r, u.Name)
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

// chooseAgain says that a browser forgets the chosen files when a form comes back.
func chooseAgain(f *web.Form) {
	if len(f.Files("files")) > 0 && f.ErrorOf("files") == "" {
		f.Fail("files", "佐证材料还没有上传，请重新选择。")
	}
}

// evidenceCell is what proves something: words, and links to files.
func evidenceCell(words string, files []assess.Evidence) templ.Component {
	if len(files) == 0 {
		return web.CellText(words)
	}
	return evidenceList(words, files)
}

func evidencePath(e assess.Evidence) string { return "/assess/evidence/" + e.Owner + "/" + e.ID }

func sizeText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}

// openEvidence sends a file: shown in the browser where that is safe, else to keep.
func (h handlers) openEvidence(c *web.Ctx) error {
	b, err := h.Assess.OpenEvidence(c.Context(), c.Param("owner"), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Blobs.Serve(c.Writer, c.Request, b)
}
