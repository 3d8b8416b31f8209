package app_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"yichuang/internal/app"
	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/party"
)

// casePrey makes an item in force with its letter, a case with a file and a voucher, and a case of the provincial platform.
func casePrey(t *testing.T, a *app.App, centre, unit, site string) map[string]string {
	t.Helper()
	ctx := orgtest.System(centre)
	today := a.Clock.Now().Date()
	days := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	content := item.Content{Name: "劳务派遣经营许可", Profile: item.ProfileStandard, Code: "PREY0001", Kind: item.Permit, Level: "4", CaseKind: item.Promised, Bases: []item.Basis{{Document: "劳动合同法", Article: "第五十七条"}},
		Statutory: days(20), Promise: days(10), Correction: days(10), Conditions: []string{"条件"}, Materials: []item.Material{{Code: "M1", Name: "申请书", Form: "paper", Source: "form", Originals: 1}},
		Steps: []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow}}, Objects: []string{"2"}, Channels: []string{"1", "2"}, Themes: []string{"license"}, Result: item.Result{Name: "许可证", Kind: "licence"},
		Place: "大厅", Hours: "工作日", Consult: "0930-1", Complaint: "12345", Remedy: "可以复议"}
	it, v, err := a.Item.Create(ctx, item.NewItem{UnitID: unit, Content: content})
	for _, act := range []item.Action{item.Submit, item.Pass, item.Publish} {
		if err == nil {
			v, err = a.Item.Move(ctx, v.ID, v.Revision, act, item.Change{Day: today})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	letter, err := a.Item.DraftAuthorization(ctx, item.AuthorizationInput{Kind: item.Agreement, UnitID: unit, SiteID: site, Powers: []item.Power{item.Receive, item.Accept}, Items: []string{it.ID}, From: today, To: today + 30, Number: "机密一号"})
	if err != nil {
		t.Fatal(err)
	}
	alteration, err := a.Item.Alter(ctx, item.AlterationInput{Kind: item.Pausing, Items: []string{it.ID}, Reason: secretTitle})
	if err != nil {
		t.Fatal(err)
	}
	file, err := a.Blobs.Save(centre, strings.NewReader("%PDF-1.7\n"+secretTitle), "x.pdf")
	if err != nil {
		t.Fatal(err)
	}
	who := party.Applicant{Contact: party.Contact{Name: secretName, Phone: secretPhone}, IDType: party.ResidentCard, IDNo: "622901199003071239"}
	got, err := a.Casework.Receive(ctx, casework.IntakeInput{Applicant: who, Identity: casework.IdentityCard, Items: []casework.IntakeItem{{ItemID: it.ID, Files: casework.Uploads{"M1": []blob.Upload{file}}}}})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := a.Casework.Find(ctx, string(got.Cases[0].ID))
	if err != nil {
		t.Fatal(err)
	}
	licence := licencePrey(t, a, ctx, casework.IntakeInput{Applicant: who, Identity: casework.IdentityCard, Items: []casework.IntakeItem{{ItemID: it.ID, Had: []string{"M1"}, Reason: "另办"}}})
	text := "办件编号,事项名称,受理部门,申请人名称,办件状态,申请时间\n机密平台编号,机密平台事项," + secretUnit + "," + secretName + ",受理,2026-05-01\n"
	im, err := a.Casework.StartImport(ctx, casework.PlatformFile{Name: "a.csv", Content: []byte(text)})
	if err == nil {
		_, err = a.Casework.ApplyImport(ctx, im.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := a.Casework.PlatformCases(ctx, casework.PlatformFilter{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return map[string]string{"case": string(sheet.ID), "case_no": sheet.No, "case_file": sheet.Files[0].ID, "voucher": got.ReceiptID, "platform": list[0].ID, "platform_import": im.ID, "item": it.ID, "authorization": letter.ID, "licence": licence, "alteration": alteration.ID}
}

// licencePrey takes a case to its certificate.
func licencePrey(t *testing.T, a *app.App, ctx context.Context, in casework.IntakeInput) string {
	t.Helper()
	got, err := a.Casework.Receive(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	k := casework.Command{CaseID: got.Cases[0].ID}
	for _, step := range []func() (casework.Case, error){
		func() (casework.Case, error) { return a.Casework.Accept(ctx, k, casework.NormalMode) },
		func() (casework.Case, error) { return a.Casework.Review(ctx, k, "符合条件") },
		func() (casework.Case, error) { return a.Casework.Grant(ctx, k, casework.DecideInput{}) },
		func() (casework.Case, error) {
			return a.Casework.Issue(ctx, k, casework.IssueInput{Number: "机密证照一号"})
		},
	} {
		if _, err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return string(k.CaseID)
}

// caseParts are the places of the prey in the patterns of routes.
var caseParts = []struct{ part, key string }{{"/casework/cases/{no}/files/{id}", "case_file"}, {"/casework/cases/{id}/files/{file}", "case_file"}, {"/casework/cases/{no}", "case_no"}, {"/casework/cases/{id}", "case"}, {"/casework/vouchers/{id}", "voucher"}, {"/casework/licences/{id}", "licence"},
	{"/casework/platform/cases/{id}", "platform"}, {"/casework/platform-cases/{id}", "platform"}, {"/casework/platform/imports/{id}", "platform_import"}, {"/casework/imports/{id}", "platform_import"}, {"/items/{id}", "item"}, {"/authorizations/{id}", "authorization"}, {"/item-changes/{id}", "alteration"}}

// Nobody of another department or another site of the same centre learns of a case, or changes one, by any route.
func TestNobodyReachesCasesOfAnotherDepartmentOrSite(t *testing.T) {
	a := open(t)
	srv := httptest.NewServer(a.Web.Handler())
	defer srv.Close()
	home := addCentre(t, a)
	p := makePrey(t, a, home)
	unit, site := orgtest.Unit(t, a.Org, home, "同中心另一部门", ""), orgtest.Site(t, a.Org, home, "另一分中心")
	var hunters []hunter
	for _, role := range []string{org.RoleApprover, org.RoleChiefRep, org.RoleUnitHead} {
		hunters = append(hunters, signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{Unit: unit.ID}, role)))
	}
	for _, role := range []string{org.RoleWindow, org.RoleSiteAdmin} {
		hunters = append(hunters, signIn(t, srv.URL, orgtest.User(t, a.Org, home, orgtest.Where{Unit: unit.ID, Site: site.ID}, role)))
	}
	before := stateOf(t, a, home, p)
	tried := 0
	for _, rt := range a.Web.Routes() {
		if !strings.Contains(rt.Pattern, "/casework") {
			continue
		}
		for _, h := range hunters {
			status, _, body := h.try(t, a, rt, p)
			tried++
			about := p.fill(rt.Pattern) != rt.Pattern
			if about && status < 300 || status >= 500 {
				t.Errorf("%s %s as %s: %d %.200s", rt.Method, rt.Pattern, h.name, status, body)
			}
			for _, secret := range []string{secretName, secretPhone, "机密平台编号", "机密证照一号", p.ids["case"]} {
				if strings.Contains(body, secret) {
					t.Errorf("%s %s as %s shows %s", rt.Method, rt.Pattern, h.name, secret)
				}
			}
		}
	}
	if after := stateOf(t, a, home, p); after != before || tried < 300 {
		t.Errorf("%d tries; the objects changed: before %s, after %s", tried, before, after)
	}
}
