using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Repository.Tests.Comments;

/// <summary>What one method throws by itself, and what it uses with the exception types that are caught around the use.</summary>
internal sealed class MethodBodyFacts
{
    private static readonly string[] s_general = ["Exception", "SystemException", "NatsException", "NatsDeliveryException"];

    private readonly CSharpCompilation _compilation;
    private readonly List<INamedTypeSymbol> _thrown = [];
    private readonly List<(IMethodSymbol Target, IReadOnlyList<INamedTypeSymbol> Caught)> _calls = [];

    private MethodBodyFacts(CSharpCompilation compilation) => _compilation = compilation;

    internal static MethodBodyFacts None { get; } = new(CSharpCompilation.Create("none"));

    internal IReadOnlyList<INamedTypeSymbol> Thrown => _thrown;

    internal IReadOnlyList<(IMethodSymbol Target, IReadOnlyList<INamedTypeSymbol> Caught)> Calls => _calls;

    internal static MethodBodyFacts Of(IMethodSymbol method, CSharpCompilation compilation)
    {
        var facts = new MethodBodyFacts(compilation);
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            SyntaxNode declaration = reference.GetSyntax();
            if (declaration is not TypeDeclarationSyntax)
            {
                facts.Read(declaration);
            }
        }

        return facts;
    }

    internal static bool IsOrDerives(ITypeSymbol type, ITypeSymbol ancestor)
    {
        for (ITypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(level, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    private void Read(SyntaxNode declaration)
    {
        SemanticModel model = _compilation.GetSemanticModel(declaration.SyntaxTree);
        foreach (SyntaxNode node in Nodes(declaration))
        {
            switch (node)
            {
                case ThrowStatementSyntax { Expression: { } thrown }:
                    Throws(thrown, model);
                    break;
                case ThrowExpressionSyntax { Expression: { } thrown }:
                    Throws(thrown, model);
                    break;
                case InvocationExpressionSyntax call:
                    Invokes(call, model);
                    break;
                case BaseObjectCreationExpressionSyntax or ConstructorInitializerSyntax:
                    Uses(model.GetSymbolInfo(node).Symbol as IMethodSymbol, node, model);
                    break;
                case IdentifierNameSyntax when model.GetSymbolInfo(node).Symbol is IPropertySymbol property:
                    Uses(IsWritten(node) ? property.SetMethod : property.GetMethod, node, model);
                    break;
            }
        }
    }

    private static IEnumerable<SyntaxNode> Nodes(SyntaxNode declaration) =>
        declaration.DescendantNodes(node => node == declaration || node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .Where(node => !node.Ancestors().TakeWhile(outer => outer != declaration).Any(outer => outer is AttributeSyntax));

    private static bool IsWritten(SyntaxNode name)
    {
        SyntaxNode target = name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;
        return target.Parent is AssignmentExpressionSyntax assignment && assignment.Left == target && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression);
    }

    private void Invokes(InvocationExpressionSyntax call, SemanticModel model)
    {
        SymbolInfo found = model.GetSymbolInfo(call);
        if ((found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) is not IMethodSymbol method)
        {
            return;
        }

        bool isOurs = method.OriginalDefinition.DeclaringSyntaxReferences.Length > 0;
        if (isOurs)
        {
            Uses(method, call, model);
        }
        else if (method.Name == "ThrowIfCancellationRequested")
        {
            Add("System.OperationCanceledException", call, model);
        }
        else if (method.Name.StartsWith("ThrowIf", StringComparison.Ordinal))
        {
            Add(method.ContainingType, call, model);
        }
        else if (method.Name is "FromException" || (method.Name == "Throw" && method.ContainingType.Name == "ExceptionDispatchInfo"))
        {
            Throws(call.ArgumentList.Arguments[0].Expression, model);
        }
    }

    private void Uses(IMethodSymbol? method, SyntaxNode place, SemanticModel model)
    {
        if (method is not null && ThrownExceptions.Definition(method) is { DeclaringSyntaxReferences.Length: > 0 } ours)
        {
            _calls.Add((ours, CaughtAround(place, model)));
        }
    }

    private void Throws(ExpressionSyntax expression, SemanticModel model)
    {
        if (model.GetSymbolInfo(expression).Symbol is ILocalSymbol local && IsRethrow(local, expression))
        {
            return; // its catch clause is treated as absent, so that the caught exceptions leave the try block
        }

        if (model.GetSymbolInfo(expression).Symbol is IMethodSymbol { ContainingType.Name: "MissingMember" })
        {
            return; // the default body of an interface member, for implementations that leave it out: the remarks of the interface say so
        }

        foreach (ITypeSymbol type in TypesOf(expression, model, depth: 0))
        {
            Add(type as INamedTypeSymbol, expression, model);
        }
    }

    private void Add(string name, SyntaxNode place, SemanticModel model) => Add(_compilation.GetTypeByMetadataName(name), place, model);

    private void Add(INamedTypeSymbol? type, SyntaxNode place, SemanticModel model)
    {
        // UnreachableException marks a defect, which is not documented.
        if (type is not null && type.Name != "UnreachableException" && !CaughtAround(place, model).Any(handler => IsOrDerives(type, handler)))
        {
            _thrown.Add(type);
        }
    }

    // The types an expression can have: the type it creates, or those that a helper method of src returns.
    private IEnumerable<ITypeSymbol> TypesOf(ExpressionSyntax expression, SemanticModel model, int depth)
    {
        switch (expression)
        {
            case ConditionalExpressionSyntax choice:
                return [.. TypesOf(choice.WhenTrue, model, depth), .. TypesOf(choice.WhenFalse, model, depth)];
            case SwitchExpressionSyntax choice:
                return choice.Arms.SelectMany(arm => TypesOf(arm.Expression, model, depth));
            case ParenthesizedExpressionSyntax inner:
                return TypesOf(inner.Expression, model, depth);
            case BinaryExpressionSyntax either when either.IsKind(SyntaxKind.CoalesceExpression):
                return [.. TypesOf(either.Left, model, depth), .. TypesOf(either.Right, model, depth)];
        }

        ITypeSymbol? type = model.GetTypeInfo(expression).Type;
        if (type is null || type.TypeKind == TypeKind.Error)
        {
            return [];
        }

        return s_general.Contains(type.Name) && depth < 4 && model.GetSymbolInfo(expression).Symbol is IMethodSymbol helper && expression is InvocationExpressionSyntax
            ? Returned(helper.OriginalDefinition, depth).DefaultIfEmpty(type)
            : [type];
    }

    private IEnumerable<ITypeSymbol> Returned(IMethodSymbol helper, int depth) =>
        from body in helper.IsAbstract ? Implementations(helper) : [helper]
        from reference in body.DeclaringSyntaxReferences
        let declaration = reference.GetSyntax()
        let model = _compilation.GetSemanticModel(declaration.SyntaxTree)
        from node in Nodes(declaration)
        let value = node is ReturnStatementSyntax result ? result.Expression : node is ArrowExpressionClauseSyntax arrow ? arrow.Expression : null
        where value is not null
        from type in TypesOf(value, model, depth + 1)
        select type;

    private IEnumerable<IMethodSymbol> Implementations(IMethodSymbol helper) =>
        _compilation.GetSymbolsWithName(helper.Name, SymbolFilter.Member).OfType<IMethodSymbol>()
            .Where(method => !method.IsAbstract)
            .Where(method => method.ContainingType.AllInterfaces.Contains(helper.ContainingType, SymbolEqualityComparer.Default)
                || IsOrDerives(method.ContainingType, helper.ContainingType));

    private static bool IsRethrow(ILocalSymbol local, SyntaxNode place) =>
        place.Ancestors().OfType<CatchClauseSyntax>().Any(clause => clause.Declaration?.Identifier.Text == local.Name);

    private static IReadOnlyList<INamedTypeSymbol> CaughtAround(SyntaxNode place, SemanticModel model) =>
        [.. from attempt in place.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<TryStatementSyntax>()
            where attempt.Block.Span.Contains(place.Span)
            from clause in attempt.Catches
            where clause.Filter is null && !ThrowsItsOwn(clause)
            let type = clause.Declaration is null ? model.Compilation.GetTypeByMetadataName("System.Exception") : model.GetTypeInfo(clause.Declaration.Type).Type as INamedTypeSymbol
            where type is not null
            select type];

    private static bool ThrowsItsOwn(CatchClauseSyntax clause) =>
        clause.Block.DescendantNodes().Any(node => node switch
        {
            ThrowStatementSyntax { Expression: null } => true,
            ThrowStatementSyntax { Expression: IdentifierNameSyntax name } => name.Identifier.Text == clause.Declaration?.Identifier.Text,
            InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: IdentifierNameSyntax name }, ..] } call =>
                call.Expression.ToString().Contains("FromException", StringComparison.Ordinal) && name.Identifier.Text == clause.Declaration?.Identifier.Text,
            _ => false,
        });
}
