package open311

import (
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
)

// discovery tells a client where the interface is.
type discovery struct {
	Changeset  string     `json:"changeset" xml:"changeset"`
	Contact    string     `json:"contact" xml:"contact"`
	KeyService string     `json:"key_service" xml:"key_service"`
	Endpoints  []endpoint `json:"endpoints" xml:"endpoints>endpoint"`
}

type endpoint struct {
	Specification string   `json:"specification" xml:"specification"`
	URL           string   `json:"url" xml:"url"`
	Changeset     string   `json:"changeset" xml:"changeset"`
	Type          string   `json:"type" xml:"type"`
	Formats       []string `json:"formats" xml:"formats>format"`
}

// changed is when the interface last changed in what clients see.
var changed = stamp(clock.At(2026, 11, 23, 0, 0))

func (s server) discovery(c *call) (any, error) {
	if c.name != "discovery" {
		return nil, errNoFile
	}
	return discovery{Changeset: changed, Contact: "请拨打 12345，或向本中心办公室联系。", KeyService: "接口令牌由中心的系统管理员在“接口令牌”页面发放。",
		Endpoints: []endpoint{{Specification: "http://wiki.open311.org/GeoReport_v2", URL: address(c) + base, Changeset: changed, Type: "production", Formats: []string{"text/xml", "application/json"}}}}, nil
}

// address is the beginning of this server's addresses as the client wrote it.
func address(c *call) string {
	scheme := "http"
	if c.TLS != nil || c.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + c.Host
}

type service struct {
	Code        string `json:"service_code" xml:"service_code"`
	Name        string `json:"service_name" xml:"service_name"`
	Description string `json:"description" xml:"description"`
	Metadata    bool   `json:"metadata" xml:"metadata"`
	Type        string `json:"type" xml:"type"`
	Keywords    string `json:"keywords" xml:"keywords"`
	Group       string `json:"group" xml:"group"`
}

type services []service

// catalogue is a centre's categories as services: the active leaves.
type catalogue struct {
	list   services
	byCode map[string]service
	names  map[string]string // of every category, retired ones too: requests keep theirs
}

func (s server) catalogue(c *call) (catalogue, error) {
	all, err := s.Hotline.Categories(c.Context())
	k := catalogue{list: services{}, byCode: map[string]service{}, names: map[string]string{}}
	parents := map[string]bool{}
	for _, t := range all {
		k.names[t.Code] = t.Name
		parents[t.Parent] = parents[t.Parent] || t.Active
	}
	for _, t := range all {
		if !t.Active || parents[t.Code] {
			continue
		}
		group := k.names[t.Parent]
		made := service{Code: t.Code, Name: t.Name, Description: strings.TrimPrefix(group+"："+t.Name, "："), Metadata: true, Type: "realtime", Keywords: strings.Trim(t.Name+","+group, ","), Group: group}
		k.list, k.byCode[t.Code] = append(k.list, made), made
	}
	return k, err
}

// list answers what lies directly below the base: the services, the requests, and the discovery again.
func (s server) list(c *call) (any, error) {
	switch c.name {
	case "discovery":
		return s.discovery(c)
	case "services":
		if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
			return nil, err
		}
		k, err := s.catalogue(c)
		return k.list, err
	case "requests":
		return s.requests(c)
	}
	return nil, errNoFile
}

type definition struct {
	Code       string      `json:"service_code" xml:"service_code"`
	Attributes []attribute `json:"attributes" xml:"attributes>attribute"`
}

type attribute struct {
	Variable    bool    `json:"variable" xml:"variable"`
	Code        string  `json:"code" xml:"code"`
	Datatype    string  `json:"datatype" xml:"datatype"`
	Required    bool    `json:"required" xml:"required"`
	Hint        string  `json:"datatype_description" xml:"datatype_description"`
	Order       int     `json:"order" xml:"order"`
	Description string  `json:"description" xml:"description"`
	Values      []value `json:"values,omitempty" xml:"values>value,omitempty"`
}

type value struct {
	Key  string `json:"key" xml:"key"`
	Name string `json:"name" xml:"name"`
}

// The codes of the attributes that every service has.
const (
	attrKind    = "KIND"
	attrEventAt = "EVENT_AT"
	attrReply   = "REPLY"
)

var attributes = []attribute{
	{Variable: true, Code: attrKind, Datatype: "singlevaluelist", Order: 1, Description: "诉求类型", Hint: "不选按“投诉”登记；举报请拨打 12345。", Values: kinds()},
	{Variable: true, Code: attrEventAt, Datatype: "datetime", Order: 2, Description: "发生时间", Hint: "例如 2026-05-08T16:30:00+08:00。"},
	{Variable: true, Code: attrReply, Datatype: "singlevaluelist", Order: 3, Description: "是否需要答复", Values: []value{{"yes", "需要"}, {"no", "不需要"}}},
}

// kinds are those that may be filed here: a report of violations does not belong where all can read it.
func kinds() []value {
	var out []value
	for _, k := range hotline.Kinds {
		if k != hotline.Report {
			out = append(out, value{k, k})
		}
	}
	return out
}

func (s server) definition(c *call) (any, error) {
	if err := s.place(c, c.FormValue("jurisdiction_id")); err != nil {
		return nil, err
	}
	k, err := s.catalogue(c)
	if err != nil {
		return nil, err
	}
	found, ok := k.byCode[c.name]
	if !ok {
		return nil, errNoService
	}
	return definition{Code: found.Code, Attributes: attributes}, nil
}
