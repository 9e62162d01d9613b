// The feedback mode "torch", for jshell --feedback torch: jshell's normal one, which shortens what
// a declaration holds to 80 characters, but with values whole, each on lines of its own.
/set mode torch -command
/set prompt torch '\njshell> ' '   ...> '
/set format torch pre '|  '
/set format torch post '%n'
/set format torch errorpre '|  '
/set format torch errorpost '%n'
/set format torch errorline '{post}{pre}    {err}'
/set format torch action 'created' added-primary
/set format torch action 'modified' modified-primary
/set format torch action 'replaced' replaced-primary
/set format torch action 'overwrote' overwrote-primary
/set format torch action 'dropped' dropped-primary
/set format torch typeKind 'class' class
/set format torch typeKind 'interface' interface
/set format torch typeKind 'enum' enum
/set format torch typeKind 'annotation interface' annotation
/set format torch typeKind 'record' record
/set format torch until ', which can be used when ' defined,notdefined-primary
/set format torch unrerr '{unresolved} is declared' unresolved1-error0
/set format torch unrerr '{unresolved} are declared' unresolved2-error0
/set format torch unrerr 'this is corrected: {errors}' unresolved0-error1,error2
/set format torch unrerr '{unresolved} is declared and this is corrected: {errors}' unresolved1-error1,error2
/set format torch unrerr '{unresolved} are declared and this is corrected: {errors}' unresolved2-error1,error2
/set format torch resolve '{until}{unrerr}' defined,notdefined-added,modified,replaced,used
/set format torch display '{name} ==>%n{value}{post}' expression,varvalue,assignment,varinit,vardecl-added,modified,replaced-ok-primary
/set format torch display '{pre}{action} variable {name}{resolve}{post}' vardecl,varinit-notdefined
/set format torch display '{pre}{action} variable {name}{post}' dropped-vardecl,varinit,expression
/set format torch display '{pre}{action} {typeKind} {name}{resolve}{post}' class,interface,enum,annotation,record-primary
/set format torch display '{pre}{action} method {name}({type}){resolve}{post}' method-primary
/set format torch display '{pre}attempted to use {typeKind} {name}{resolve}{post}' used-class,interface,enum,annotation,record
/set format torch display '{pre}attempted to call method {name}({type}){resolve}{post}' used-method
/set truncation torch 100000
