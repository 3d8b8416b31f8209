package itemhttp_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/document/pdf"
	"yichuang/internal/item"
	"yichuang/internal/item/itemhttp"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

func newSite(t *testing.T) (*itemtest.World, *webtest.Site) {
	t.Helper()
	db := storetest.Open(t, store.SQLite, itemtest.Migrations())
	w := itemtest.New(t, db)
	users := map[string]*actor.Actor{"head": w.Head.Actor, "second": w.Second.Actor, "info": w.Info.Actor, "office": w.Office.Actor, "window": w.Window.Actor, "foreign": w.Foreign.Actor}
	blobs, err := blob.Open(t.TempDir(), blob.Limits{}, db.Clock())
	if err != nil {
		t.Fatal(err)
	}
	d := itemhttp.Deps{Item: w.Item, Org: w.Org, Print: pdf.NewWriter(), Blobs: blobs}
	site := webtest.New(t, users, func(pages *web.Kit, k *rest.Kit) {
		itemhttp.Register(pages, d)
		itemhttp.RegisterAPI(k, d)
	}, func(o *web.Options) {
		o.Clock = db.Clock()
		o.Visitor = func(*http.Request) *actor.Actor { return &actor.Actor{Kind: actor.Anonymous, CentreID: w.Centre} }
	})
	return w, site
}

// The public finds a guide by words and theme, chooses a situation, prints it, and reads who has which authority.
func TestGuidePages(t *testing.T) {
	w, site := newSite(t)
	v := w.Publish(itemtest.Permit("11001"), w.Today())
	w.Letter("市监授〔2026〕1号", w.Today(), w.Today()+100, []item.Power{item.Decide}, v.ItemID)
	anyone := site.As("window")
	anyone.Get("/guides").Want(200).Has("按主题找", "食品经营许可（新办）", "压缩 50.0%", "法定时限合计 20 个工作日，承诺 10 个工作日")
	anyone.Get("/guides?q=食品").Want(200).Has("食品经营许可（新办）")
	anyone.Get("/guides?theme=marriage").Want(200).Has("没有找到").Lacks("食品经营许可")
	at := "/guides/items/" + v.ItemID
	anyone.Get(at).Want(200).Has("授权委托书", "经营场所平面图", "可容缺后补", "10 个工作日", "《食品安全法》 第三十五条")
	anyone.Get(at + "?s_S1=1").Want(200).Has("经营场所平面图").Lacks(">授权委托书<")
	anyone.Get(at+"/print").Want(200).Has("食品经营许可（新办）办事指南", "第 1 版")
	anyone.Get(at + "/file.docx").Want(200)
	anyone.Get("/guides/authority").Want(200).Has(w.Rep.DisplayName, "市监授〔2026〕1号", "食品经营许可（新办）", "决定")
	anyone.Get("/guides/items/0000000000000").Want(404)
	town := orgtest.Site(t, w.Org, w.Centre, "折桥镇便民服务中心")
	w.AgreementAt(town.ID, "市监委〔2026〕1号", w.Today(), w.Today()+100, v.ItemID)
	anyone.Get("/guides/places").Want(200).Has("折桥镇便民服务中心", "分中心")
	anyone.Get("/guides/places/"+town.ID).Want(200).Has("食品经营许可（新办）", "接件、受理、出件", "市监委〔2026〕1号", "1 个")
	anyone.Get("/guides/places/0000000000000").Want(404).Has("没有这个办事地点")
}

// A version goes through the pages from its first draft to publication; who may not act has no button and is refused.
func TestAnItemGoesThroughThePages(t *testing.T) {
	w, site := newSite(t)
	head := site.As("head")
	head.Get("/items/new").Want(200).Has("实施编码", "受理标准")
	head.Post("/items/new", "name", "户外广告设置", "unit_id", w.Unit.ID, "profile", "gbt39046", "code", "11007", "m_rows", "1", "m0_name", "其他材料", "t_rows", "0").Want(422).Has("没有写明是什么材料")
	made := head.Post("/items/new", "name", "户外广告设置", "unit_id", w.Unit.ID, "profile", "gbt39046", "code", "11007", "m_rows", "1", "m0_name", "效果图", "t_rows", "0")
	made.Want(http.StatusSeeOther)
	list, _, err := w.Item.Items(w.System(), item.Filter{Code: "11007"})
	if err != nil || len(list) != 1 {
		t.Fatal(len(list), err)
	}
	head.Get("/items/"+list[0].ID).Want(200).Has("送审前还要补齐", "请填写咨询电话").Lacks("送部门审核</button>")
	v := w.Publish(itemtest.Permit("11001"), w.Today())
	site.As("foreign").Get("/items/"+v.ItemID).Want(200).Lacks("变更（新版本）", "暂停")
	site.As("info").Post("/items/"+v.ItemID+"/steps/suspend", "version_id", v.ID, "version", strconv.FormatInt(v.Revision, 10), "reason", "设备检修").Want(422)
	w.Alter(item.AlterationInput{Kind: item.Pausing, Items: []string{v.ItemID}, Reason: "设备检修"}, clock.NoDate)
	site.As("window").Get("/guides/items/"+v.ItemID).Want(200).Has("暂停，原因：设备检修", "只适用于之前受理的办件").Lacks("网上申请")
}

// A split is drafted from the item's page, its drafts are filled in, and three people take it to the public list, from which both
// guides are found.
func TestASplitGoesThroughThePages(t *testing.T) {
	w, site := newSite(t)
	v := w.Publish(itemtest.Permit("11009"), w.Today())
	head := site.As("head")
	head.Get("/items/"+v.ItemID).Want(200).Has("拆分…", "合并…", "取消…", "暂停…").Lacks("恢复…")
	site.As("window").Get("/items/" + v.ItemID).Want(200).Lacks("拆分…")
	site.As("foreign").Get("/item-changes/new?kind=split&item=" + v.ItemID).Want(404)
	head.Get("/item-changes/new?kind=split&item="+v.ItemID).Want(200).Has("拆分成的第一个：实施编码", "逐个改好再送审")
	head.Get("/item-changes/new?kind=merge&item="+v.ItemID).Want(200).Has("合并哪些事项", "合并成的事项：实施编码")
	form := []string{"kind", "split", "item", v.ItemID, "code0", "11010", "name0", "餐饮服务经营许可", "code1", "11011", "name1", "食品销售经营许可"}
	head.Post("/item-changes/new", form...).Want(422).Has("请写明原因和依据", "餐饮服务经营许可")
	made := head.Post("/item-changes/new", append(form, "reason", "按业态分开办理")...)
	made.Want(http.StatusSeeOther)
	at := made.Header().Get("Location")
	head.Get(at).Want(200).Has("餐饮服务经营许可", "11011", "送部门审核", "新事项要另行授权")
	head.Get("/items/" + v.ItemID).Want(200).Has("办理事项变动")
	for i, step := range [][2]string{{"head", "submit"}, {"second", "pass"}, {"info", "publish"}} {
		site.As("window").Get(at).Want(200).Lacks("确定" + item.Action(step[1]).Label())
		site.As(step[0]).Post(at+"/steps/"+step[1], "version", strconv.Itoa(i+1)).Want(http.StatusSeeOther)
	}
	site.As("window").Get("/item-changes").Want(200).Has("食品经营许可（新办）", "拆分", "已发布")
	site.As("window").Get("/guides/changes").Want(200).Has("食品经营许可（新办）", "餐饮服务经营许可", "按业态分开办理", w.Unit.Name)
	site.As("window").Get("/guides/items/"+v.ItemID).Want(200).Has("拆分为“餐饮服务经营许可”（11010）、“食品销售经营许可”（11011）", "只适用于之前受理的办件")
	site.As("window").Get("/guides?q=食品销售").Want(200).Has("食品销售经营许可").Lacks("食品经营许可（新办）")
}

// A list is looked at before it is imported; a wrong row stops all.
func TestListsArePreviewed(t *testing.T) {
	w, site := newSite(t)
	text := "department,name,item_code,task_type\n" + w.Unit.Name + ",甲事项,11001,1\n没有的局,乙事项,11002,1\n"
	a := site.As("info").Upload("/items-import", []webtest.File{{Field: "file", Name: "list.csv", Content: []byte(text)}})
	a.Want(http.StatusSeeOther)
	at := a.Header().Get("Location")
	if !strings.HasPrefix(at, "/items-import/") {
		t.Fatal(at)
	}
	site.As("info").Get(at).Want(200).Has("有 1 行不能导入", "没有名为 “没有的局” 的单位").Lacks("全部导入")
	site.As("info").Post(at).Want(422).Has("没有名为 “没有的局” 的单位")
	site.As("window").Get("/items-import").Want(403)
}

// A sample of what the applicant gets is added to a draft, shown to the public once it is published, and not changed after that.
func TestASampleOnPages(t *testing.T) {
	w, site := newSite(t)
	_, v, err := w.Item.Create(w.Head.Ctx, item.NewItem{UnitID: w.Unit.ID, Content: itemtest.Permit("11001")})
	v = w.Must(v, err)
	at, head, anyone := "/items/"+v.ItemID, site.As("head"), site.As("window")
	head.Get(at).Want(200).Has("结果样本", "上传样本", "遮去或改掉真实的姓名和号码")
	anyone.Get(at).Want(200).Lacks("上传样本")
	send := func(who, name, content string, revision int64) *webtest.Answer {
		return site.As(who).Upload(at+"/sample", []webtest.File{{Field: "sample", Name: name, Content: []byte(content)}}, "version_id", v.ID, "version", strconv.FormatInt(revision, 10))
	}
	send("head", "a.exe", "MZ program", v.Revision).Want(422).Has("不能上传这种类型")
	send("head", "a.txt", "plain text", v.Revision).Want(422)
	send("head", "大.pdf", "%PDF-1.7 "+strings.Repeat("x", item.SampleMax), v.Revision).Want(422).Has("超过了 5 MB")
	send("foreign", "a.pdf", "%PDF-1.7 x", v.Revision).Want(404)
	head.Upload(at+"/sample", nil, "version_id", v.ID, "version", "1").Want(422).Has("请选择一个文件")
	send("head", "食品经营许可证.pdf", "%PDF-1.7 x", v.Revision).Want(http.StatusSeeOther)
	head.Get(at).Want(200).Has("食品经营许可证.pdf", "去掉样本")
	head.Get(at + "/sample/" + v.ID).Want(200).Has("%PDF-1.7 x")
	anyone.Get("/guides/items/" + v.ItemID + "/sample").Want(404)
	w.Through(w.Version(v.ID), w.Today())
	guide := "/guides/items/" + v.ItemID
	anyone.Get(guide).Want(200).Has("办理结果的样子", "食品经营许可证.pdf", guide+"/sample")
	anyone.Get(guide + "/sample").Want(200).Has("%PDF-1.7 x")
	centre, err := w.Org.Centre(w.System(), w.Centre)
	if err != nil {
		t.Fatal(err)
	}
	anyone.Call("GET", "/public/guides/"+v.ItemID+"/sample?centre="+centre.Code, "").Want(200).Has("%PDF-1.7 x")
	head.Get(at).Want(200).Has("食品经营许可证.pdf").Lacks("上传样本", "去掉样本")
	send("head", "换.pdf", "%PDF-1.7 y", w.Version(v.ID).Revision).Want(422).Has("结果样本不能再改")
	head.Post(at+"/sample", "remove", "1", "version_id", v.ID, "version", strconv.FormatInt(w.Version(v.ID).Revision, 10)).Want(422)
	next := w.Must(w.Item.Revise(w.Head.Ctx, v.ItemID, "换发", ""))
	head.Post(at+"/sample", "remove", "1", "version_id", next.ID, "version", strconv.FormatInt(next.Revision, 10)).Want(http.StatusSeeOther)
	head.Get(at + "?version=" + next.ID).Want(200).Has("还没有样本")
	anyone.Get(guide).Want(200).Has("食品经营许可证.pdf")
}
