package financehttp_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"testing"

	"yichuang/internal/org"
	"yichuang/internal/web/webtest"
)

// upload sends a file to the API with the fields of its form.
func upload(t *testing.T, who *webtest.Client, path, file, content string, fields ...string) *webtest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", file)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return who.Call("POST", path, body.String(), "Content-Type", w.FormDataContentType())
}

// TestAYearByTheAPI keeps a year by programs alone: book, unit, project, codes, quota, file, figures, assets, contracts,
// months, texts.
func TestAYearByTheAPI(t *testing.T) {
	d := newDesk(t)
	desk, leader := d.site.As(org.RoleFinance), d.site.As(org.RoleLeader)
	desk.Call("POST", "/finance/2024", `{"department":"某市政务中心","template":"gansu-2024","level":"item"}`).Want(422).Has("单位性质")
	desk.Call("POST", "/finance/2024", `{"department":"某市政务中心","template":"gansu-2024","level":"item","kind":"civil"}`).Want(200)
	desk.Call("PUT", "/finance/2024", `{"department":"某市政务服务中心","template":"plain-2024","level":"item"}`, "If-Match", `"1"`).Want(200).Has("plain-2024")
	desk.Call("PUT", "/finance/2024", `{"department":"某市政务服务中心","template":"nothing","level":"item"}`, "If-Match", `"2"`).Want(422).Has("请选择表的版式")
	desk.Call("POST", "/finance/units", `{"code":"002","name":"二级单位","kind":"public"}`).Want(200)
	var units struct{ Items []struct{ ID, Code string } }
	if err := json.Unmarshal(leader.Call("GET", "/finance/units", "").Want(200).Body.Bytes(), &units); err != nil || len(units.Items) != 2 {
		t.Fatal(units, err)
	}
	unit := units.Items[0].ID
	desk.Call("POST", "/finance/2024/projects", `{"code":"P 1","name":"大厅"}`).Want(422)
	desk.Call("POST", "/finance/2024/projects", `{"code":"P1","name":"大厅"}`).Want(204)
	leader.Call("GET", "/finance/2024/projects", "").Want(200).Has("大厅")
	upload(t, desk, "/finance/2024/subjects", "科目.csv", "科目代码,科目名称\n206,科学技术支出\n20601,科学技术管理事务\n2060101,行政运行\n", "scheme", "func")
	leader.Call("GET", "/finance/2024/subjects/func", "").Want(200).Has("2060101")
	leader.Call("GET", "/finance/2024/subject-lists", "").Want(200).Has("科目.csv", `"subjects":3`)
	desk.Call("POST", "/finance/2024/budget", `{"lines":[{"phase":"initial","unit_id":"`+unit+`","fund":"general","func":"2010399","kind":"basic","fen":100000,"day":"2024-01-10"}]}`).Want(204)
	file := "凭证号,日期,预算单位,功能分类,经济分类,金额\nZ1,2024-03-01," + units.Items[0].Code + ",2010399,30201,600\n"
	if r := upload(t, desk, "/finance/2024/imports", "别的.csv", "甲,乙\n1,2\n", "kind", "entries"); r.Code != 422 {
		t.Errorf("another file: %d", r.Code)
	}
	r := upload(t, desk, "/finance/2024/imports", "支付.csv", file, "kind", "entries")
	var p struct {
		Import  struct{ ID string }
		Expense int64
	}
	if err := json.Unmarshal(r.Body.Bytes(), &p); err != nil || p.Expense != 60000 {
		t.Fatal(r.Body.String(), err)
	}
	desk.Call("POST", "/finance/2024/imports/"+p.Import.ID+"/preview", `{}`).Want(200).Has(`"refused":0`)
	desk.Call("POST", "/finance/2024/imports/"+p.Import.ID+"/apply", `{"control":{"expense":1}}`).Want(422).Has("控制数")
	desk.Call("POST", "/finance/2024/imports/"+p.Import.ID+"/apply", `{"control":{"expense":60000}}`).Want(200)
	leader.Call("GET", "/finance/2024/imports", "").Want(200).Has("支付.csv", `"applied"`)
	desk.Call("POST", "/finance/2024/carry", `{"nature":"opening","unit_id":"`+unit+`","fund":"general","fen":0}`).Want(204)
	desk.Call("POST", "/finance/2024/prior/figures", `{"total":500}`).Want(204)
	desk.Call("POST", "/finance/2024/prior/figures", `{"wages":500}`).Want(422)
	leader.Call("GET", "/finance/2024/prior", "").Want(200).Has(`"total":500`)
	desk.Call("POST", "/finance/2024/counts", `{"receptions":3}`).Want(204)
	leader.Call("GET", "/finance/2024/counts", "").Want(200).Has(`"receptions":3`)
	desk.Call("POST", "/finance/2024/contracts", `{"number":"1","name":"电脑","category":"goods","size":"small","fen":500000,"day":"2024-05-01"}`).Want(204)
	var contracts struct{ Items []struct{ ID string } }
	if err := json.Unmarshal(leader.Call("GET", "/finance/2024/contracts", "").Want(200).Body.Bytes(), &contracts); err != nil || len(contracts.Items) != 1 {
		t.Fatal(contracts, err)
	}
	desk.Call("POST", "/finance/2024/contracts/"+contracts.Items[0].ID+"/reverse", "").Want(204)
	desk.Call("POST", "/finance/assets", `{"kind":"other","name":"车","fen":100,"acquired_on":"2024-01-01"}`).Want(200)
	leader.Call("GET", "/finance/assets", "").Want(200).Has(`"kind":"other"`, "2024-01-01")
	desk.Call("POST", "/finance/2024/texts/duties", `{"text":"履行职责。"}`).Want(204)
	desk.Call("POST", "/finance/2024/close", `{"month":1}`).Want(200).Has(`"closed_to":1`)
	leader.Call("POST", "/finance/2024/reopen", `{"month":1,"reason":""}`).Want(422)
	leader.Call("POST", "/finance/2024/reopen", `{"month":1,"reason":"补记"}`).Want(200).Has(`"closed_to":0`)
	leader.Call("GET", "/finance/2024", "").Want(200).Has("某市政务服务中心")
	leader.Call("POST", "/finance/2024/projects", `{"code":"P2","name":"大厅"}`).Want(403)
}

// TestLayoutsByPagesAndAPI: a layout is downloaded, changed, checked, added and chosen; what is wrong is said.
func TestLayoutsByPagesAndAPI(t *testing.T) {
	d := newDesk(t)
	d.opened(t)
	desk, leader := d.site.As(org.RoleFinance), d.site.As(org.RoleLeader)
	desk.Get("/finance/templates").Want(200).Has("部门决算公开表（2024 年版式，带行次）", "甘肃省", "程序自带", "部门决算说明（通用）")
	leader.Get("/finance/templates").Want(403)
	source := desk.Get("/finance/templates/source?kind=layout&key=gansu-2024").Want(200).Has("id: gansu-2024").Body.String()
	own := []byte("id: linxia-2024\n" + source[bytes.Index([]byte(source), []byte("name:")):])
	post := func(content []byte, fields ...string) *webtest.Answer {
		return desk.Upload("/finance/templates", []webtest.File{{Field: "file", Name: "版式.yaml", Content: content}}, fields...)
	}
	desk.Upload("/finance/templates", nil, "kind", "layout").Want(422).Has("请选择文件")
	post(own).Want(422).Has("请选择是表的版式还是说明文本")
	post([]byte("id: x\n\tname: 甲"), "kind", "layout").Want(422).Has("第 2 行附近不符合 YAML")
	post(own, "kind", "layout", "only_check", "1").Want(200).Has("检查通过", "还没有保存")
	post([]byte(source), "kind", "layout").Want(422).Has("已经用了这个 id")
	post(own, "kind", "layout").Goes("/finance/templates")
	post(own, "kind", "layout").Want(422).Has("完全相同")
	desk.Get("/finance/templates").Want(200).Has("第 1 版", "linxia-2024")
	desk.Post("/finance/2024/settings", "version", "1", "department", "某市政务中心", "template", "linxia-2024@1", "texts", "standard", "level", "item").Goes("/finance/2024/settings")
	desk.Get("/finance/2024/tables/T01").Want(200).Has("公开01表")
	desk.Call("GET", "/finance/templates?kind=layout", "").Want(200).Has(`"name":"linxia-2024"`)
	desk.Call("GET", "/finance/templates/source?kind=layout&key=linxia-2024@1", "").Want(200).Has("linxia-2024")
	desk.Call("GET", "/finance/templates/source?kind=layout&key=linxia-2024@7", "").Want(404)
	if r := upload(t, desk, "/finance/templates", "a.yaml", string(own), "kind", "layout", "check", "true"); r.Code != 200 {
		t.Error(r.Body.String())
	}
	if r := upload(t, desk, "/finance/templates", "a.yaml", "id: x", "kind", "texts"); r.Code != 422 {
		t.Error(r.Body.String())
	}
}
