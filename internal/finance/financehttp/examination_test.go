package financehttp_test

import (
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/finance/check/checktest"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/web/webtest"
)

// A document is uploaded, its findings are looked at, one is waived with a reason, and the notice goes out.
func TestExaminingADocument(t *testing.T) {
	d := newDesk(t)
	desk := d.site.As(org.RoleFinance)
	desk.Get("/examinations").Want(200).Has("还没有审核过文件", "审核一份文件")
	desk.Get("/examinations/compare").Want(200).Has("还没有可以比较的审核")
	desk.Post("/examinations").Want(422).Has("请选择要审核的文件")
	text := checktest.Text(checktest.NewLedger(3), checktest.Layout{RowNumbers: true, Unit: money.WanYuan, BlankZero: true}, false, false, false)
	wrong := strings.NewReplacer("大于预算数", "小于预算数", "小于预算数", "大于预算数").Replace(text)
	desk.Upload("/examinations", []webtest.File{{Field: "file", Name: "信.txt", Content: []byte(strings.Repeat("关于召开座谈会的通知，请派员参加。", 20))}}).Want(422).Has("没有认出这是部门决算公开文件")
	at := desk.Upload("/examinations", []webtest.File{{Field: "file", Name: "公开.txt", Content: []byte(wrong)}}).Want(303).Header().Get("Location")
	if !strings.HasPrefix(at, "/examinations/") {
		t.Fatal(at)
	}
	desk.Get(at).Want(200).Has("年度决算公开审核", "增减方向", "应为", "依据", "未能判断", "整改通知")
	page := d.site.As(org.RoleLeader).Get(at).Want(200).Has("豁免后不再计入统计")
	no := "1"
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.Body.String())[1]
	leader := d.site.As(org.RoleLeader)
	leader.Post(at+"/findings/"+no, "version", version, "to", "waived", "remark", "").Want(422).Has("请写明豁免的理由")
	leader.Post(at+"/findings/"+no, "version", version, "to", "waived", "remark", "批复如此").Goes(at + "#finding-1")
	leader.Get(at).Want(200).Has("已豁免", "批复如此", "撤回")
	leader.Post(at+"/findings/999", "version", "2", "to", "confirmed").Want(404)
	d.site.As(org.RoleInfo).Get(at).Want(200).Lacks("豁免后不再计入统计")
	d.site.As(org.RoleAgent).Get(at).Want(403)
	desk.Get("/examinations").Want(200).Has("公开.txt", "上传")
	desk.Get("/examinations/compare").Want(200).Has("没有错误的部门", "共性问题", "增减方向")
	for _, file := range []string{"/notice.docx", "/findings.xlsx", "/report.json"} {
		desk.Get(at + file).Want(200)
	}
	desk.Get("/examinations/compare.xlsx").Want(200)
	desk.Get("/examinations/0000000000000").Want(404)
}
