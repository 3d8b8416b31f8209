package supervisionhttp_test

import (
	"strings"
	"testing"
)

// From the press of 公布 to what everybody reads, corrects and downloads.
func TestResultsArePublished(t *testing.T) {
	h := newHall(t)
	c, _ := h.late(t)
	j, l, z, public := h.site.As("J"), h.site.As("L"), h.site.As("Z"), h.site.As("")
	public.Get("/supervision-results").Want(200).Has("还没有公布")
	j.Get("/supervision/gazettes").Want(200).Has("还没有公布过监察结果", "公布一个时期")
	j.Post("/supervision/gazettes", "month", "2025-10").Want(422).Has("还没有结束")
	h.Set("2025-11-03 09:00")
	j, l, z = h.site.As("J"), h.site.As("L"), h.site.As("Z") // sessions have ended since
	j.Post("/supervision/gazettes", "month", "十月").Want(422).Has("请按 2026-05 的样子")
	l.Post("/supervision/gazettes", "month", "2025-10").Want(403)
	at := j.Post("/supervision/gazettes", "month", "2025-10").Want(303).Header().Get("Location")
	j.Post("/supervision/gazettes", "month", "2025-10").Want(422).Has("请写明更正的理由")
	z.Get("/supervision/gazettes").Want(200).Has("2025年10月", "首次公布").Lacks("公布一个时期")
	l.Get(at).Want(200).Has("市人社局", "column=red", "一致：", "公众看到的页面")
	z.Get(at+"/alerts?column=red").Want(200).Has("红牌", c.No)
	h.site.As("other").Get(at + "/alerts?column=red").Want(200).Lacks(c.No)
	h.site.As("W").Get(at).Want(403)
	public.Get("/supervision-results").Want(200).Has("2025年10月", "市人社局", "不合格", "校验值").Lacks(c.No, "更正")
	j.Post("/supervision/gazettes", "month", "2025-10", "reason", "补计一次抽查").Want(303)
	public.Get("/supervision-results").Want(200).Has("理由：补计一次抽查", "首次公布")
	public.Get("/supervision-results?month=2025-10&revision=1").Want(200).Has("更正以前的一版")
	public.Get("/supervision-results?month=2025-09").Want(404)
	public.Get("/supervision-results?month=2025-10&revision=x").Want(404)
	for format, magic := range map[string]string{"pdf": "%PDF", "docx": "PK", "xlsx": "PK"} {
		if body := public.Get("/supervision-results/file/" + format).Want(200).Body.String(); !strings.HasPrefix(body, magic) {
			t.Errorf("%s begins with %.8q", format, body)
		}
	}
	public.Get("/supervision-results/file/exe").Want(404)
	id := at[strings.LastIndex(at, "/")+1:]
	j.Call("GET", "/supervision/gazettes", "").Want(200).Has(`"revision":2`)
	j.Call("GET", "/supervision/gazettes/"+id, "").Want(200).Has(`"intact":true`, `"reds":1`)
	j.Call("GET", "/supervision/gazettes/"+id+"/alerts?column=red", "").Want(200).Has(c.No)
	j.Call("POST", "/supervision/gazettes", `{"month":"2025-10"}`).Want(409)
	j.Call("POST", "/supervision/gazettes", `{"month":"2025-07","quarter":true}`).Want(201).Has(`"from":"2025-07-01"`)
	centre, err := h.Org.Centre(h.System(), h.Centre)
	if err != nil {
		t.Fatal(err)
	}
	public.Call("GET", "/public/supervision/"+centre.Code+"/results?month=2025-10", "").Want(200).Has(`"revision":2`, "市人社局").Lacks(c.No)
	public.Call("GET", "/public/supervision/"+centre.Code+"/results/file/xlsx?month=2025-10", "").Want(200)
}
