package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"blindspot/internal/testenv"
)

// What a package starts with is what it stays: nothing runs before main, and no
// variable of a package is assigned to by a function.
func TestNoInitAndNoGlobalState(t *testing.T) {
	root := testenv.Root(t)
	fset := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "build" || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < len(reach) {
		t.Fatalf("only %d packages were read", len(packages))
	}
	for dir, files := range packages {
		for _, fault := range stateOf(fset, dir, files) {
			t.Errorf("%s: %s", fset.Position(fault.at), fault.what)
		}
	}
}

func TestStateIsFound(t *testing.T) {
	const source = `package p

import "sync"

var table = map[string]int{"a": 1}
var count int
var list []int
var shared struct{ n int }
var mu sync.Mutex

func init() {}

func use(local int) {
	mu.Lock()
	local++
	count := count
	count++
	_ = table["a"]
}

func assigns()  { count = 1 }
func counts()   { count++ }
func fills()    { table["b"] = 2 }
func sets()     { shared.n = 1 }
func deletes()  { delete(table, "a") }
func appends()  { list = append(list, 1) }
func points()   { *(&count) = 2 }
func ranges()   { for count = range 3 { } }
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(source, "\n")
	found := map[string]bool{}
	for _, fault := range stateOf(fset, "p", []*ast.File{file}) {
		found[lines[fset.Position(fault.at).Line-1]] = true
	}
	for _, line := range lines {
		wrong := strings.HasPrefix(line, "func init") || strings.HasPrefix(line, "func ") && strings.HasSuffix(line, " }")
		if found[line] != wrong {
			t.Errorf("%q: a fault is %v", line, found[line])
		}
	}
}

type fault struct {
	at   token.Pos
	what string
}

// stateOf finds init functions, and assignments to variables of the package, in the
// files of one folder. Imports are not followed, and C is not: what they would tell
// does not matter here.
func stateOf(fset *token.FileSet, dir string, files []*ast.File) []fault {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, FakeImportC: true, Error: func(error) {}}
	pkg, _ := config.Check(dir, fset, files, info)
	var faults []fault
	assigned := func(target ast.Expr) {
		name := rootOf(target)
		if name == nil {
			return
		}
		if v, ok := info.Uses[name].(*types.Var); ok && v.Parent() == pkg.Scope() {
			faults = append(faults, fault{target.Pos(), name.Name + " belongs to the package and is assigned to"})
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					faults = append(faults, fault{n.Pos(), "init runs before main"})
				}
			case *ast.AssignStmt:
				if n.Tok != token.DEFINE {
					for _, target := range n.Lhs {
						assigned(target)
					}
				}
			case *ast.IncDecStmt:
				assigned(n.X)
			case *ast.RangeStmt:
				if n.Tok == token.ASSIGN {
					assigned(n.Key)
					assigned(n.Value)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
					assigned(n.Args[0])
				}
			}
			return true
		})
	}
	return faults
}

// rootOf is the variable that an assignment to target changes, nil where that is
// none by name.
func rootOf(target ast.Expr) *ast.Ident {
	for {
		switch e := target.(type) {
		case *ast.Ident:
			return e
		case *ast.SelectorExpr:
			target = e.X
		case *ast.IndexExpr:
			target = e.X
		case *ast.SliceExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		case *ast.UnaryExpr:
			target = e.X
		default:
			return nil
		}
	}
}

// noImports knows no package.
type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) {
	return nil, fs.ErrNotExist
}
