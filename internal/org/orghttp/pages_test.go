package orghttp_test

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yichuang/internal/org/orgtest"
	"yichuang/internal/web"
)

func TestSigningIn(t *testing.T) {
	s := newStand(t)
	v := s.visitor()
	if p := v.get("/account"); p.status != 303 || p.header.Get("Location") != "/login?next=%2Faccount" {
		t.Errorf("a stranger at /account: %d %s", p.status, p.header.Get("Location"))
	}
	v.get("/login?next=/org/units").mustBe(t, "form", 200, `value="/org/units"`, "用户名", "密码")
	v.post("/login", url.Values{"username": {"mali"}, "password": {"wrong"}, "next": {"/org/units"}}).
		mustBe(t, "wrong password", 422, "登录没有成功", `value="mali"`, `value="/org/units"`)
	v.post("/login", url.Values{"username": {"mali"}}).mustBe(t, "no password", 422, "请填写密码")
	mali, _ := s.demo.Account("mali")
	p := v.post("/login", url.Values{"username": {"mali"}, "password": {mali.Password}, "next": {"//evil.example"}})
	if p.status != 303 || p.header.Get("Location") != "/" {
		t.Errorf("sign in: %d to %s", p.status, p.header.Get("Location"))
	}
	v.get("/account").mustBe(t, "own account", 200, "马莉", "话务员", "12345热线办公室", "本机")
	if p := v.get("/login?next=/account"); p.header.Get("Location") != "/account" {
		t.Errorf("signed in already, at the sign-in page: %d", p.status)
	}
	v.post("/logout", nil).mustBe(t, "sign out", 303)
	v.get("/account").mustBe(t, "after signing out", 303)
}

func TestFirstPassword(t *testing.T) {
	s := newStand(t)
	admin := s.as("admin")
	made := admin.post("/org/users", url.Values{"username": {"wangwu"}, "display_name": {"王五"}, "unit_id": {s.demo.Units["市水务局"].ID}})
	made.mustBe(t, "new user", 200, "一次性密码", "王五", "首次登录必须修改")
	password := made.find(t, `<code[^>]*>([^<]+)</code>`)
	id := made.find(t, `/org/users/([0-9a-z]{13})/roles`)
	admin.post("/org/users/"+id+"/roles", url.Values{"version": {"1"}, "roles": {"liaison"}}).mustBe(t, "give a role", 303)

	v := s.visitor()
	if p := v.post("/login", url.Values{"username": {"wangwu"}, "password": {password}, "next": {"/org/units"}}); p.header.Get("Location") != "/account/password" {
		t.Errorf("first sign-in leads to %s", p.header.Get("Location"))
	}
	v.get("/org/units").mustBe(t, "anything else", 409, "请先在“我的账号”里改成自己的密码")
	v.get("/account/password").mustBe(t, "the form", 200, "您用的是一次性密码")
	other := s.visitor()
	other.post("/login", url.Values{"username": {"wangwu"}, "password": {password}})
	form := url.Values{"old": {password}, "password": {"一二三四五六七八九十"}, "again": {"别的"}}
	v.post("/account/password", form).mustBe(t, "two different", 422, "两次输入的新密码不一样")
	form["again"] = form["password"]
	form.Set("old", "wrong")
	v.post("/account/password", form).mustBe(t, "wrong old one", 422, "原密码不对")
	form.Set("old", password)
	v.post("/account/password", form).mustBe(t, "changed", 303)
	v.get("/org/units").mustBe(t, "still signed in, now with rights", 200, "市水务局")
	other.get("/account").mustBe(t, "the other browser", 303)
}

func TestSessionsOnTheAccountPage(t *testing.T) {
	s := newStand(t)
	one, two := s.as("mali"), s.as("mali")
	p := one.get("/account")
	ids := regexp.MustCompile(`/account/sessions/([0-9a-z]+)/end"`).FindAllStringSubmatch(p.text, -1)
	if len(ids) != 1 {
		t.Fatalf("%d other sessions in %s", len(ids), excerpt(p.text))
	}
	one.post("/account/sessions/"+ids[0][1]+"/end", nil).mustBe(t, "end the other", 303)
	two.get("/account").mustBe(t, "the other", 303)
	one.get("/account").mustBe(t, "this one", 200, "已退出那台设备")
	three := s.as("mali")
	one.post("/account/sessions/end-all", nil).mustBe(t, "end all", 303)
	one.get("/account").mustBe(t, "this one after all", 303)
	three.get("/account").mustBe(t, "the third after all", 303)
}

var (
	latin = regexp.MustCompile(`[A-Za-z]{3,}`)
	// known are file formats, key names and user names, which are Latin everywhere.
	known = regexp.MustCompile(`XLSX|CSV|UTF-8|code|name|Ctrl|Enter|Esc|zhangming|mali|wangjuan|[a-z]+@|\b(?:admin|chenwei|gaofang|hejun|lijianguo|linlan|liuguoqiang|mahua|maxiaoyan|mazhiyuan|mulan|panyun|sunli|tiandong|xujing|yanghong|zhaoxia|zhoumin)\b|linxia`)
)

// TestEveryPageOpens shows each page to the administrator, and refuses each to somebody without its permission.
func TestEveryPageOpens(t *testing.T) {
	s := newStand(t)
	admin, agent := s.as("admin"), s.as("mali")
	mali, _ := s.demo.Account("mali")
	ids := map[string]string{"units": s.demo.Units["市公安局"].ID, "sites": s.demo.Sites["医保分中心"].ID, "users": mali.User.ID}
	who := orgtest.SignedIn(t, s.m, mali.User, mali.Password).Actor
	opened := 0
	for _, r := range s.routes {
		if r.Method != "GET" || r.API || r.Public || strings.HasPrefix(r.Pattern, "/org/import/{id}") || r.Pattern == "/{$}" {
			continue
		}
		path := r.Pattern
		for kind, id := range ids {
			path = strings.Replace(path, "/org/"+kind+"/{id}", "/org/"+kind+"/"+id, 1)
		}
		p := admin.get(path).mustBe(t, path, 200, "<h1>", "</html>")
		if words := latin.FindAllString(known.ReplaceAllString(plainText(p.text), ""), -1); len(words) > 0 {
			t.Errorf("%s: Latin words on a Chinese page: %v", path, words)
		}
		want := 200
		if r.Permission != web.SignedIn && !who.Can(r.Permission) {
			want = 403
		}
		agent.get(path).mustBe(t, "agent at "+path, want)
		opened++
	}
	if opened < 18 {
		t.Errorf("only %d pages were opened", opened)
	}
}

func TestUnitsOnPages(t *testing.T) {
	s := newStand(t)
	v := s.as("gaofang")
	v.get("/org/units?group=utility").mustBe(t, "filtered list", 200, "临夏市燃气公司")
	if p := v.get("/org/units?group=utility"); strings.Contains(p.text, "临夏市水务局") {
		t.Error("the filter lets others through")
	}
	form := url.Values{"name": {"临夏市气象局"}, "group": {"vertical"}}
	v.post("/org/units", form).mustBe(t, "without a kind", 422, "请至少选择一种单位性质", "临夏市气象局")
	form["kinds"] = []string{"handling", "stationed"}
	form.Set("site_id", s.demo.Sites["临夏市政务大厅"].ID)
	made := v.post("/org/units", form).mustBe(t, "new", 303)
	at := made.header.Get("Location")
	v.get(at).mustBe(t, "shown", 200, "临夏市气象局", "承办单位、进驻单位", "垂管单位", "已新建单位")
	edit := v.get(at + "/edit")
	edit.mustBe(t, "form", 200, `value="临夏市气象局"`)
	form.Set("version", edit.find(t, `name="version" value="(\d+)"`))
	form.Set("short_name", "市气象局")
	v.post(at, form).mustBe(t, "saved", 303)
	form.Set("short_name", "气象")
	v.post(at, form).mustBe(t, "stale", 422, "刚被别人改过")
	v.post(at+"/end", url.Values{"version": {"2"}, "active_to": {"2026-05-08"}}).mustBe(t, "ended", 303)
	v.get(at).mustBe(t, "shown", 200, "停用")
	if p := v.get("/org/units?q=气象"); strings.Contains(p.text, at) {
		t.Error("an ended unit is in the list")
	}
	v.get("/org/units?q=气象&ended=1").mustBe(t, "list with ended ones", 200, at)
}

func TestUsersOnPages(t *testing.T) {
	s := newStand(t)
	office, info := s.as("gaofang"), s.as("xujing")
	mali, _ := s.demo.Account("mali")
	at := "/org/users/" + mali.User.ID
	office.post(at, url.Values{"username": {"mali"}, "display_name": {"马丽"}, "phone": {"13893000009"}, "version": {"1"}}).mustBe(t, "change", 303)
	p := office.get(at).mustBe(t, "show", 200, "马丽", "已登记", "显示")
	if strings.Contains(p.text, "13893000009") {
		t.Error("the number is on the page before anybody asked for it")
	}
	office.post(at+"/phone", nil).mustBe(t, "reveal", 200, "13893000009")
	info.post(at+"/phone", nil).mustBe(t, "reveal without the permission", 403)
	office.get("/org/users?phone=13893000009").mustBe(t, "search by number", 200, "马丽")
	office.post(at+"/roles", url.Values{"version": {"2"}, "roles": {"admin"}}).mustBe(t, "raise to administrator", 403, "系统管理员")
	info.post(at+"/reset", url.Values{"version": {"2"}}).mustBe(t, "reset", 200, "一次性密码", "待改密码")
	s.visitor().post("/login", url.Values{"username": {"mali"}, "password": {mali.Password}}).mustBe(t, "old password", 422)
	admin, _ := s.demo.Account("admin")
	office.post("/org/users/"+admin.User.ID+"/reset", url.Values{"version": {"1"}}).mustBe(t, "reset the administrator", 403)
	boss := s.as("mulan")
	boss.get("/org/users").mustBe(t, "a township's list", 200, "穆兰")
	boss.get(at).mustBe(t, "somebody of the hall", 404)
	office.post(at+"/active", url.Values{"version": {"3"}, "active": {"0"}}).mustBe(t, "close", 303)
	office.get(at).mustBe(t, "closed", 200, "停用", "启用")
}

func spreadsheet(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportOnPages(t *testing.T) {
	s := newStand(t)
	v := s.as("gaofang")
	fields := map[string]string{"kind": "users"}
	v.upload("/org/import", nil, "x.csv", []byte("用户名\n")).mustBe(t, "no kind", 422, "请选择导入的内容")
	v.upload("/org/import", fields, "x.xlsx", []byte("PK\x03\x04 not a workbook")).mustBe(t, "broken file", 422, "不是完整的 xlsx")
	v.upload("/org/import", fields, "x.csv", []byte("姓名\n张三\n")).mustBe(t, "no key column", 422, "没有“用户名”这一列")
	bad := v.upload("/org/import", fields, "bad.xlsx", spreadsheet(t, []any{"某某局人员名单"}, []any{"用户名", "姓名", "单位"}, []any{"newone", "新人", "没有的局"})).header.Get("Location")
	p := v.get(bad).mustBe(t, "refused rows", 200, "没有单位“没有的局”", "拒绝")
	if strings.Contains(p.text, "确认导入") {
		t.Error("a list with refused rows can be confirmed")
	}
	if line := p.find(t, `data-row[^>]*>\s*<td[^>]*>(\d+)<`); line != "3" {
		t.Errorf("the refused row is said to be line %s", line)
	}
	v.post(bad, url.Values{"digest": {"x"}}).mustBe(t, "forced", 422, "全部没有导入")
	v.post(bad+"/cancel", nil).mustBe(t, "given up", 303)
	v.get(bad).mustBe(t, "gone", 404)

	gbk, err := simplifiedchinese.GB18030.NewEncoder().String("用户名,姓名,单位,角色\nnewone,新人,市水务局,承办单位联络员\n")
	if err != nil {
		t.Fatal(err)
	}
	at := v.upload("/org/import", fields, "名单.csv", []byte(gbk)).mustBe(t, "upload", 303).header.Get("Location")
	p = v.get(at).mustBe(t, "preview", 200, "名单.csv", "newone", "新增", "确认导入")
	done := v.post(at, url.Values{"digest": {p.find(t, `name="digest" value="([0-9a-f]+)"`)}}).mustBe(t, "apply", 200, "导入完成", "新人")
	password := done.find(t, `<td[^>]*>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})<`)
	s.visitor().post("/login", url.Values{"username": {"newone"}, "password": {password}}).mustBe(t, "sign in with it", 303)
	v.post(at, url.Values{"digest": {"x"}}).mustBe(t, "apply twice", 404)
	s.as("mali").get("/org/import").mustBe(t, "agent", 403)
}

func TestDivisionsOnPages(t *testing.T) {
	s := newStand(t)
	v := s.as("admin")
	v.upload("/org/divisions", nil, "d.csv", []byte("code,name\n62,甘肃省\n6229,临夏回族自治州\n")).mustBe(t, "import", 303)
	v.get("/org/divisions").mustBe(t, "provinces", 200, "甘肃省", "新增 2")
	v.get("/org/divisions?under=62").mustBe(t, "prefectures", 200, "临夏回族自治州")
	v.upload("/org/divisions", nil, "d.csv", []byte("code,name\n6,短\n")).mustBe(t, "bad code", 422, "第 2 行")
}

func TestTableOfRoles(t *testing.T) {
	s := newStand(t)
	v := s.as("sunli")
	v.get("/org/roles").mustBe(t, "all", 200, "新建政务中心", "只在命令行", "全部角色", "分中心／乡镇管理员")
	p := v.get("/org/roles?role=site_admin").mustBe(t, "one role", 200, "角色权限表：分中心／乡镇管理员", "维护站点", "本站点")
	if strings.Contains(p.text, "批量导入单位、站点、用户</th>") || strings.Contains(plainText(p.text), "查看和吊销他人") {
		t.Error("a permission that the role does not have is in its table")
	}
	s.as("mali").get("/org/roles").mustBe(t, "agent", 403)
}
