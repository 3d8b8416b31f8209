package hotlinehttp_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/web/webtest"
)

const (
	pngFile = "\x89PNG\r\n\x1a\nx"
	pdfFile = "%PDF-1.7\nx"
)

// chosen are files of the field "files": pairs of name and content.
func chosen(pairs ...string) []webtest.File {
	var out []webtest.File
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, webtest.File{Field: "files", Name: pairs[i], Content: []byte(pairs[i+1])})
	}
	return out
}

func onlyTicket(t *testing.T, w town) hotline.Dossier {
	t.Helper()
	rows, _, err := w.Hotline.List(w.System(), hotline.Filter{})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d tickets, %v", len(rows), err)
	}
	return w.Get(t, rows[0].ID)
}

func TestCitizenSendsPhotographs(t *testing.T) {
	w := newTown(t)
	w.browse("").Get("/12345/submit").Want(200).Has(`enctype="multipart/form-data"`, `type="file"`, "最多 9 个，每个不超过 20 MB", "image/jpeg")
	fields := []string{"kind", "求助", "content", "水管漏水三天", "phone", "13800001234", "confidential", "none", "key", "k1"}
	w.browse("").Upload("/12345/submit", chosen("木马.exe", "MZ\x90", "照片.jpg", pngFile), fields...).Want(422).
		Has("水管漏水三天", `id="f-files-error"`, "“木马.exe”：不能上传这种类型的附件").Lacks("已经收到")
	w.browse("").Upload("/12345/submit", chosen("a.png", pngFile), "kind", "求助", "content", "内容", "phone", "x", "key", "k1").Want(422).Has("附件还没有上传，请重新选择")
	many := chosen()
	for range 10 {
		many = append(many, chosen("a.png", pngFile)...)
	}
	w.browse("").Upload("/12345/submit", many, fields...).Want(422).Has("一次最多 9 个附件")
	large := strings.Repeat("x", 21<<20)
	w.browse("").Upload("/12345/submit", chosen("大.png", pngFile+large), fields...).Want(422).Has("“大.png”：附件超过 20 MB")
	w.browse("").Upload("/12345/submit", chosen("照片.jpg", pngFile, "说明.pdf", pdfFile), fields...).Want(200).Has("已经收到")
	d := onlyTicket(t, w)
	if len(d.Attachments) != 2 || d.Attachments[0].Name != "照片.png" || d.Attachments[0].Kind != hotline.FromCitizen || d.Attachments[0].ByUser != "" {
		t.Fatalf("attachments %+v", d.Attachments)
	}
	page := "/hotline/tickets/" + d.No
	w.browse(org.RoleAgent).Get(page).Want(200).Has("照片.png", "说明.pdf", "来电人材料", page+"/attachments/"+d.Attachments[0].ID, `loading="lazy"`, "附件 2 个", " download>")
	w.browse(org.RoleAgent).Get(page + "/print").Want(200).Has("照片.png（来电人材料，9 字节）")
	w.browse("").Get(page + "/attachments/" + d.Attachments[0].ID).Want(303)
}

func TestAttachmentIsServedSafely(t *testing.T) {
	w := newTown(t)
	w.browse("").Upload("/12345/submit", chosen("照片.png", pngFile), "kind", "求助", "content", "水管漏水", "phone", "13800001234", "confidential", "none", "key", "k1").Want(200)
	d := w.MoveTo(t, onlyTicket(t, w).Ticket, hotline.Handling)
	path := "/hotline/tickets/" + d.No + "/attachments/" + w.Get(t, d.ID).Attachments[0].ID
	a := w.browse("liaison").Get(path).Want(200)
	if h := a.Header(); a.Body.String() != pngFile || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "inline; filename*=") {
		t.Errorf("%v", a.Header())
	}
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("If-None-Match", a.Header().Get("ETag"))
	w.browse("liaison").Do(r).Want(304)
	w.browse("head2").Get(path).Want(404)
	w.browse(org.RoleAgent).Get(path + "x").Want(404).Has("没有这个附件")
}

func TestStaffAndUnitsAddAttachments(t *testing.T) {
	w := newTown(t)
	w.browse(org.RoleAgent).Get("/hotline/new").Want(200).Has(`enctype="multipart/form-data"`, `name="files"`)
	w.browse(org.RoleAgent).Upload("/hotline/new", chosen("信.pdf", pdfFile), "kind", "求助", "channel", "信箱", "content", "来信反映路灯不亮", "phone", "13800001234", "urgency", "普通", "key", "c1", "do", "register").Want(303)
	d := onlyTicket(t, w)
	o := w.MoveTo(t, d.Ticket, hotline.Handling)
	page := "/hotline/tickets/" + o.No
	w.browse(org.RoleAgent).Get(page+"?do=attach").Want(200).Has("来电人材料", "内部材料", "办理佐证", `action="`+page+`/attach"`)
	w.browse("liaison").Get(page + "?do=attach").Want(200).Has("办理佐证").Lacks("内部材料")
	w.browse(org.RoleAgent).Upload(page+"/attach", nil, "kind", "internal", "key", "a1").Want(422).Has("请选择要上传的文件")
	w.browse(org.RoleAgent).Upload(page+"/attach", chosen("纪要.pdf", pdfFile+"2"), "kind", "internal", "key", "a1").Want(303)
	w.browse("liaison").Upload(page+"/attach", chosen("x.pdf", pdfFile+"3"), "kind", "internal", "key", "a2").Want(422).Has("承办单位只能上传办理佐证")
	reply := []string{"reply_public", "已更换路灯。", "solved", "已解决", "contacted_at", "2026-05-08T16:00", "key", "p1"}
	w.browse("liaison").Upload(page+"/propose", chosen("木马.png", "MZ"), reply...).Want(422).Has("已更换路灯。", "“木马.png”：不能上传")
	w.browse("liaison").Upload(page+"/propose", chosen("修好.png", pngFile), reply...).Want(303)
	var names []string
	for _, f := range w.Get(t, d.ID).Attachments {
		names = append(names, string(f.Kind)+":"+f.Name)
	}
	if got := strings.Join(names, " "); got != "citizen:信.pdf internal:纪要.pdf evidence:修好.png" {
		t.Errorf("attachments %s", got)
	}
	w.browse("head").Get(page).Want(200).Has("修好.png", "信.pdf", "纪要.pdf")
}

func TestPicturesOfConfidentialTicketsAreOpenedOneByOne(t *testing.T) {
	w := newTown(t)
	w.browse("").Upload("/12345/submit", chosen("证据.png", pngFile), "kind", "举报", "content", "某处违法", "phone", "13800001234", "confidential", "all", "key", "k1").Want(200)
	d := onlyTicket(t, w)
	page := "/hotline/tickets/" + d.No
	w.browse(org.RoleAgent).Get(page).Want(200).Has("证据.png").Lacks("<img src=\"" + page)
	w.MoveTo(t, d.Ticket, hotline.Handling)
	w.browse("liaison").Get(page).Want(200).Lacks("证据.png")
	w.browse("liaison").Get(page + "/attachments/" + d.Attachments[0].ID).Want(404)
}
