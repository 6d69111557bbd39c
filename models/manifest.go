package models

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed manifest.json
var manifestJSON []byte

// manifest is what manifest.json holds.
type manifest struct {
	Version  int       `json:"version"`
	Models   []Model   `json:"models"`
	Runtimes []Library `json:"runtimes"`
}

// Model is one entry of manifest.json: a file that is installed and pinned. Most
// are networks; data without one, such as a table, has no Network.
type Model struct {
	Name    string   `json:"name"`   // "yunet"
	Task    string   `json:"task"`   // "faces", "objects", "plates", "text-regions", "text-reading", "face-embedding", "faces-second", "places", "outline-countries", "outline-land"
	File    string   `json:"file"`   // name in the models folder
	Size    int64    `json:"size"`   // bytes
	SHA256  string   `json:"sha256"` // lower-case hex
	Licence string   `json:"licence"`
	URL     string   `json:"url"` // upstream
	Network *Network `json:"network,omitempty"`
}

// Network describes how a model is fed and read. All take one float32 tensor
// [1,3,H,W] (NCHW) with x = (value − Mean) / Std, values being 0 to 255.
type Network struct {
	Decoder string   `json:"decoder"` // family: "yunet", "ultraface", "yolox", "lpd-yunet", "db", "ctc", "embedding"
	Input   string   `json:"input"`   // name of the input tensor
	Outputs []string `json:"outputs"` // names of the outputs, in the order its decoder reads them
	// Width and Height of the input in pixels; 0 where the network takes any
	// multiple of Multiple (any number where that is 0).
	Width    int        `json:"width"`
	Height   int        `json:"height"`
	Multiple int        `json:"multiple,omitempty"`
	Colour   string     `json:"colour"` // order of the planes: "RGB" or "BGR"
	Mean     [3]float32 `json:"mean"`   // in that order
	Std      [3]float32 `json:"std"`
	// Fit says how a picture fills the input: "letterbox" (scaled to fit, top
	// left, the rest filled with Pad), "stretch", "line" (height fits) or "align"
	// (by landmarks).
	Fit      string   `json:"fit"`
	Pad      float32  `json:"pad"`                // 0 to 255
	Labels   []string `json:"labels,omitempty"`   // class names, by index
	Alphabet string   `json:"alphabet,omitempty"` // characters of a CTC network, from index 1; 0 is the blank
}

// Library is one build of ONNX Runtime and the package that carries it: either
// Npm or Module is set.
type Library struct {
	Platform string `json:"platform"` // GOOS/GOARCH
	Version  string `json:"version"`
	File     string `json:"file"` // name in the data folder
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	Licence  string `json:"licence"`
	Npm      string `json:"npm,omitempty"`    // npm package@version
	Module   string `json:"module,omitempty"` // Go module@version
	Member   string `json:"member"`           // path of the library within it
}

// Origin names the package and the file within it.
func (l Library) Origin() string {
	if l.Npm != "" {
		return "npm " + l.Npm + " " + l.Member
	}
	return "go module " + l.Module + " " + l.Member
}

func readManifest() (manifest, error) {
	var m manifest
	if err := json.Unmarshal(manifestJSON, &m); err != nil {
		return m, fmt.Errorf("read the manifest of models: %w", err)
	}
	return m, nil
}
