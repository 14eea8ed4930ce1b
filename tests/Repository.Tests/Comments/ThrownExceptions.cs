using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Repository.Tests.Comments;

/// <summary>
/// The exception types that leave the methods of one compilation: those of their own <c>throw</c>, <c>ThrowIf...</c> and
/// <c>FromException</c>, and those of the methods, constructors and properties that they use, without what a catch around them takes.
/// Lambdas, and public interfaces that applications implement, are not followed.
/// </summary>
internal sealed class ThrownExceptions
{
    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<string, Unseen> _unseen;
    private readonly ILookup<ISymbol, IMethodSymbol> _implementations;
    private readonly Dictionary<IMethodSymbol, MethodBodyFacts> _facts = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<IMethodSymbol, Dictionary<string, (INamedTypeSymbol Type, string Origin)>> _thrown = new(SymbolEqualityComparer.Default);

    internal ThrownExceptions(CSharpCompilation compilation, IEnumerable<Unseen> unseen, Func<INamedTypeSymbol, bool> followsPublicInterface)
    {
        _compilation = compilation;
        _unseen = unseen.ToDictionary(entry => entry.Member);
        _implementations = Implementations(followsPublicInterface);
    }

    /// <summary>The entries of the table that a method asked about led to.</summary>
    internal HashSet<string> Used { get; } = [];

    /// <summary>What leaves a method: the exception type, and the member that throws it.</summary>
    internal IReadOnlyCollection<(INamedTypeSymbol Type, string Origin)> Of(IMethodSymbol method)
    {
        method = Definition(method);
        List<IMethodSymbol> reached = Reach(method);
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (IMethodSymbol one in reached)
            {
                changed |= Update(one);
            }
        }

        return _thrown[method].Values;
    }

    internal static IMethodSymbol Definition(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;

    internal static string Show(IMethodSymbol method)
    {
        string member = method.AssociatedSymbol?.Name ?? (method.MethodKind == MethodKind.Constructor ? "ctor" : method.Name);
        return $"{method.ContainingType.Name}.{member}";
    }

    private List<IMethodSymbol> Reach(IMethodSymbol start)
    {
        var reached = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default) { start };
        var order = new List<IMethodSymbol> { start };
        for (int i = 0; i < order.Count; i++)
        {
            order.AddRange(Facts(order[i]).Calls.SelectMany(call => Targets(call.Target)).Where(reached.Add));
        }

        order.Reverse();
        return order;
    }

    private MethodBodyFacts Facts(IMethodSymbol method)
    {
        if (_facts.TryGetValue(method, out MethodBodyFacts? known))
        {
            if (_unseen.ContainsKey(Show(method)))
            {
                Used.Add(Show(method));
            }

            return known;
        }

        Dictionary<string, (INamedTypeSymbol Type, string Origin)> thrown = [];
        _thrown[method] = thrown;
        if (_unseen.TryGetValue(Show(method), out Unseen? entry))
        {
            Used.Add(entry.Member);
            foreach (string name in entry.Exceptions)
            {
                INamedTypeSymbol type = Find(name) ?? throw new InvalidOperationException($"The table of unseen exceptions names {name}, which is no type.");
                thrown[name] = (type, entry.Member);
            }

            return _facts[method] = MethodBodyFacts.None;
        }

        var facts = MethodBodyFacts.Of(method, _compilation);
        foreach (INamedTypeSymbol type in facts.Thrown)
        {
            thrown[type.Name] = (type, Show(method));
        }

        return _facts[method] = facts;
    }

    private bool Update(IMethodSymbol method)
    {
        Dictionary<string, (INamedTypeSymbol Type, string Origin)> thrown = _thrown[method];
        int before = thrown.Count;
        foreach ((IMethodSymbol target, IReadOnlyList<INamedTypeSymbol> caught) in Facts(method).Calls)
        {
            foreach ((INamedTypeSymbol type, string origin) in Targets(target).SelectMany(one => _thrown[one].Values).ToList())
            {
                if (!caught.Any(handler => MethodBodyFacts.IsOrDerives(type, handler)))
                {
                    thrown.TryAdd(type.Name, (type, origin));
                }
            }
        }

        return thrown.Count > before;
    }

    private INamedTypeSymbol? Find(string name) =>
        _compilation.GetTypeByMetadataName("System." + name)
        ?? _compilation.GetSymbolsWithName(name, SymbolFilter.Type).OfType<INamedTypeSymbol>().FirstOrDefault();

    private IEnumerable<IMethodSymbol> Targets(IMethodSymbol method) =>
        _unseen.ContainsKey(Show(method)) || !(method.IsAbstract || method.IsVirtual || method.IsOverride)
            ? [method]
            : _implementations[method].Append(method);

    private ILookup<ISymbol, IMethodSymbol> Implementations(Func<INamedTypeSymbol, bool> followsPublicInterface)
    {
        var pairs = new List<(ISymbol Declared, IMethodSymbol Implementation)>();
        IEnumerable<INamedTypeSymbol> types = _compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>();
        foreach (INamedTypeSymbol type in types.Where(type => type.TypeKind is TypeKind.Class or TypeKind.Struct))
        {
            foreach (IMethodSymbol method in type.GetMembers().OfType<IMethodSymbol>())
            {
                for (IMethodSymbol? overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
                {
                    pairs.Add((overridden.OriginalDefinition, method));
                }
            }

            IEnumerable<INamedTypeSymbol> contracts = type.AllInterfaces.Where(contract => contract.DeclaringSyntaxReferences.Length > 0);
            foreach (INamedTypeSymbol contract in contracts.Where(contract => contract.DeclaredAccessibility != Accessibility.Public || followsPublicInterface(contract)))
            {
                foreach (IMethodSymbol member in contract.GetMembers().OfType<IMethodSymbol>())
                {
                    if (type.FindImplementationForInterfaceMember(member) is IMethodSymbol implementation)
                    {
                        pairs.Add((member.OriginalDefinition, implementation.OriginalDefinition));
                    }
                }
            }
        }

        return pairs.ToLookup(pair => pair.Declared, pair => pair.Implementation, SymbolEqualityComparer.Default);
    }
}
