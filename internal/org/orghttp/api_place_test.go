package orghttp_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"testing"

	"yichuang/internal/org"
)

// keyed sends a JSON request with an idempotency key.
func (v *visitor) keyed(path, token, key string, in, out any) page {
	v.s.t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		v.s.t.Fatal(err)
	}
	r := v.request("POST", "/api/v1"+path, "application/json", bytes.NewReader(b))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Idempotency-Key", key)
	p := v.do(r)
	if out != nil && p.status < 300 {
		if err := json.Unmarshal([]byte(p.text), out); err != nil {
			v.s.t.Fatal(err)
		}
	}
	return p
}

// send uploads a file to the API.
func (v *visitor) send(path, token, key string, fields map[string]string, name, content string, out any) page {
	v.s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, val := range fields {
		w.WriteField(k, val)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		v.s.t.Fatal(err)
	}
	part.Write([]byte(content))
	w.Close()
	r := v.request("POST", "/api/v1"+path, w.FormDataContentType(), &b)
	r.Header.Set("Authorization", "Bearer "+token)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	p := v.do(r)
	if out != nil && p.status < 300 {
		if err := json.Unmarshal([]byte(p.text), out); err != nil {
			v.s.t.Fatal(err)
		}
	}
	return p
}

type record struct {
	ID      string
	Version int
	Active  bool
}

func TestSiteAPI(t *testing.T) {
	s := newStand(t)
	v, token := s.visitor(), s.token("admin", org.PermSiteRead, org.PermSiteWrite)
	in := map[string]any{"name": "测试便民服务中心", "kind": "township", "division": "622901002", "phone": "0930-6210000"}
	var made record
	p := v.call("POST", "/sites", token, "", in, &made).mustBe(t, "create", 201)
	if p.header.Get("Location") != "/api/v1/sites/"+made.ID || p.header.Get("ETag") != `"1"` {
		t.Errorf("headers %v", p.header)
	}
	in["name"] = "测试街道便民服务中心"
	v.call("PUT", "/sites/"+made.ID, token, "", in, nil).mustBe(t, "without If-Match", 422, "rest.if_match_required")
	v.call("PUT", "/sites/"+made.ID, token, `"1"`, in, nil).mustBe(t, "change", 200, "测试街道", `"version":2`)
	v.call("PUT", "/sites/"+made.ID, token, `"1"`, in, nil).mustBe(t, "stale", 409, "store.stale")
	v.call("PUT", "/sites/"+made.ID+"/active", token, `"2"`, map[string]any{"active": false}, nil).mustBe(t, "close", 200, `"active":false`)
	v.call("POST", "/sites", s.token("xujing", org.PermUnitRead), "", in, nil).mustBe(t, "without the right", 403)
}

// A creating call that is sent twice under one key makes one record; a secret is shown once.
func TestCreatingCallsAreRepeatable(t *testing.T) {
	s := newStand(t)
	v := s.visitor()
	token := s.token("admin", org.PermSiteWrite, org.PermUnitWrite, org.PermUserWrite, org.PermImport, org.PermSiteRead)
	for _, c := range []struct {
		path  string
		in    map[string]any
		other map[string]any
	}{
		{"/sites", map[string]any{"name": "一号站点", "kind": "branch"}, map[string]any{"name": "二号站点", "kind": "branch"}},
		{"/units", map[string]any{"name": "市气象局", "kinds": []string{"handling"}, "group": "vertical"}, map[string]any{"name": "市地震局", "kinds": []string{"handling"}, "group": "vertical"}},
		{"/users", map[string]any{"username": "wangwu", "display_name": "王五", "phone": "13893000009"}, map[string]any{"username": "zhaoliu", "display_name": "赵六"}},
	} {
		var first, second struct {
			record
			Password string `json:"one_time_password"`
		}
		v.keyed(c.path, token, "k1"+c.path, c.in, &first).mustBe(t, c.path, 201)
		v.keyed(c.path, token, "k1"+c.path, c.in, &second).mustBe(t, c.path+" again", 201)
		if first.ID == "" || first.ID != second.ID || second.Password != "" || c.path == "/users" && first.Password == "" {
			t.Errorf("%s: first %+v, second %+v", c.path, first, second)
		}
		v.keyed(c.path, token, "k1"+c.path, c.other, nil).mustBe(t, c.path+" with other content", 409, "once.reused")
	}
	var one, two record
	list := "名称,类型\n三号站点,分中心\n"
	v.send("/imports", token, "k2", map[string]string{"kind": "sites"}, "站点.csv", list, &one).mustBe(t, "list", 201)
	v.send("/imports", token, "k2", map[string]string{"kind": "sites"}, "站点.csv", list, &two).mustBe(t, "list again", 201)
	if one.ID != two.ID {
		t.Errorf("two drafts: %s, %s", one.ID, two.ID)
	}
}

func TestListImportAPI(t *testing.T) {
	s := newStand(t)
	v := s.visitor()
	token := s.token("admin", org.PermImport, org.PermUserWrite, org.PermRoleAssign, org.PermUserRead)
	var plan struct {
		ID, Digest     string
		Added, Refused int
	}
	kind := map[string]string{"kind": "users"}
	v.send("/imports", token, "", kind, "用户.csv", "用户名,姓名,角色\nlisi,李四,话务员\nwangwu,王五,皇帝\n", &plan).mustBe(t, "with a wrong row", 201, "皇帝")
	if plan.Added != 1 || plan.Refused != 1 {
		t.Errorf("plan %+v", plan)
	}
	v.call("POST", "/imports/"+plan.ID+"/apply", token, "", map[string]any{"digest": plan.Digest}, nil).mustBe(t, "apply a refused list", 409, "org.import_refused")
	v.call("DELETE", "/imports/"+plan.ID, token, "", nil, nil).mustBe(t, "cancel", 204)
	v.call("GET", "/imports/"+plan.ID, token, "", nil, nil).mustBe(t, "cancelled", 404)

	v.send("/imports", token, "", kind, "用户.csv", "用户名,姓名,角色\nlisi,李四,话务员\n", &plan).mustBe(t, "preview", 201)
	v.call("GET", "/users?q=lisi", token, "", nil, nil).mustBe(t, "nothing was made", 200, `"items":[]`)
	v.call("POST", "/imports/"+plan.ID+"/apply", token, "", map[string]any{"digest": "0"}, nil).mustBe(t, "another preview's digest", 409, "org.import_moved")
	v.call("POST", "/imports/"+plan.ID+"/apply", token, "", map[string]any{"digest": plan.Digest}, nil).mustBe(t, "apply", 200, "one_time_password")
	v.call("GET", "/users?q=lisi", token, "", nil, nil).mustBe(t, "made", 200, "李四")
	v.send("/imports", token, "", kind, "用户.exe", "MZ\x00\x00", nil).mustBe(t, "not a list", 422)
}

func TestCentreAndDivisionAPI(t *testing.T) {
	s := newStand(t)
	v, token := s.visitor(), s.token("admin", org.PermCentreWrite, org.PermDivisionImport)
	var centre struct {
		Code, Name, Division, Tier string
		Version                    int
	}
	v.call("GET", "/centre", token, "", nil, &centre).mustBe(t, "centre", 200)
	in := map[string]any{"code": centre.Code, "name": "临夏市政务服务中心", "division": centre.Division, "tier": centre.Tier}
	v.call("PUT", "/centre", token, `"1"`, in, nil).mustBe(t, "rename", 200, "临夏市政务服务中心")
	v.call("PUT", "/centre", token, `"1"`, in, nil).mustBe(t, "stale", 409, "store.stale")
	v.send("/divisions/import", token, "", nil, "区划.csv", "code,name\n62,甘肃省\n6229,临夏回族自治州\n622901,临夏市\n", nil).mustBe(t, "import", 200, `"added"`)
	v.call("GET", "/divisions?under=6229", token, "", nil, nil).mustBe(t, "below", 200, "甘肃省临夏回族自治州", "622901")
	v.call("GET", "/divisions/622901", token, "", nil, nil).mustBe(t, "one", 200, "临夏市")
	v.call("GET", "/divisions/999999", token, "", nil, nil).mustBe(t, "none", 404)
}

func TestPasswordResetAPI(t *testing.T) {
	s := newStand(t)
	v, token := s.visitor(), s.token("admin", org.PermUserReset, org.PermUserPhone, org.PermUserRead)
	a, _ := s.demo.Account("mali")
	var out struct {
		Password string `json:"one_time_password"`
		Version  int
	}
	browser := s.as("mali")
	v.call("POST", "/users/"+a.User.ID+"/password-reset", token, "", nil, nil).mustBe(t, "without If-Match", 422)
	p := v.call("GET", "/users/"+a.User.ID, token, "", nil, nil)
	v.call("POST", "/users/"+a.User.ID+"/password-reset", token, p.header.Get("ETag"), nil, &out).mustBe(t, "reset", 200)
	if out.Password == "" || out.Password == a.Password {
		t.Errorf("reset gave %q", out.Password)
	}
	if p := browser.get("/account"); p.status != 303 {
		t.Errorf("the old session is still good: %d", p.status)
	}
	etag := v.call("GET", "/users/"+a.User.ID, token, "", nil, nil).header.Get("ETag")
	etag = v.call("POST", "/users/"+a.User.ID+"/unlock", token, etag, nil, nil).mustBe(t, "unlock", 200).header.Get("ETag")
	v.call("POST", "/users/"+a.User.ID+"/sign-out", token, etag, nil, nil).mustBe(t, "sign out", 200)
	v.call("POST", "/users/"+a.User.ID+"/phone", token, "", nil, nil).mustBe(t, "phone", 200, `"phone"`)
	v.call("POST", "/users/"+a.User.ID+"/phone", s.token("admin", org.PermUserRead), "", nil, nil).mustBe(t, "phone without the right", 403)
}
