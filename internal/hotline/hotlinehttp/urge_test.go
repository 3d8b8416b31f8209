package hotlinehttp_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

func TestACallToTheUnitIsWrittenDown(t *testing.T) {
	w := newTown(t)
	o := w.MoveTo(t, w.At(t, "2026-05-08 16:30"), hotline.Handling)
	w.Set("2026-05-14 09:00")
	agent, leg := w.browse(org.RoleAgent), string(w.Lead(t, o.ID).ID)
	agent.Get("/hotline/urging").Want(200).Has("24 小时以内", o.No, "市住建局", "还没有", "记录电话")
	agent.Get("/hotline/urging?leg="+leg).Want(200).Has("记录电话催办：市住建局", "接电话的人")
	post := func(spoke string) []string {
		return []string{"leg", leg, "key", fmt.Sprintf("call-%d", len(spoke)), "hours", "24", "spoke_with", spoke, "remark", "下午答复"}
	}
	agent.Post("/hotline/urging/"+string(o.ID), post("")...).Want(422).Has("请填写接电话的人", "下午答复")
	agent.Post("/hotline/urging/"+string(o.ID), post("李主任")...).Goes("/hotline/urging?hours=24")
	agent.Get("/hotline/urging").Want(200).Has("接电话：李主任。下午答复")
	book := agent.Get("/hotline/urging/export.xlsx?hours=24").Want(200)
	sheet, err := excelize.OpenReader(bytes.NewReader(book.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.GetRows("催办清单")
	if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, o.No) || !strings.Contains(text, "市住建局") || !strings.Contains(text, "接电话：李主任") {
		t.Errorf("the spreadsheet: %v %v", rows, err)
	}
	w.browse("head").Get("/hotline/urging/export.xlsx").Want(403)
	agent.Get("/hotline/urging?uncalled=1").Want(200).Has("没有快到期的承办件")
	agent.Get("/hotline/tickets/" + o.No).Want(200).Has("电话催办，接电话：李主任")
	agent.Get("/hotline/urging?hours=999").Want(422)
	w.browse("head").Get("/hotline/urging").Want(403)
}
