using System.Reflection;

namespace Repository.Tests.Compatibility;

/// <summary>
/// What code may write about a type: its own lines and those that compile as well. A method can be called without its trailing optional
/// parameters, a property that can be set can be initialised, an unsealed class serves where a sealed one does.
/// </summary>
internal static class Offered
{
    internal static IReadOnlySet<string> By(Type type)
    {
        var lines = new HashSet<string>(Kinds(TypeShape.Kind(type)));
        foreach (Type part in Hierarchy(type))
        {
            lines.Add($": {TypeNames.Of(part)}");
            IEnumerable<MemberInfo> members = PublicMembers.Members(part).Where(member => part == type || member is not ConstructorInfo);
            lines.UnionWith(members.SelectMany(Ways));
        }

        if (type is { IsValueType: true, IsEnum: false })
        {
            lines.Add("ctor()");
        }

        return lines;
    }

    /// <summary>The names that a list of members gives to what a type offers, its bases included.</summary>
    internal static IReadOnlySet<string> Names(Type type) => Hierarchy(type)
        .SelectMany(part => PublicMembers.Members(part).Where(member => part == type || member is not ConstructorInfo).Select(PublicMembers.ListedName).Append($": {TypeNames.Of(part)}"))
        .ToHashSet();

    private static IEnumerable<Type> Hierarchy(Type type)
    {
        for (Type? one = type; one is not null && one != typeof(object); one = one.BaseType)
        {
            yield return one;
        }

        foreach (Type contract in type.GetInterfaces())
        {
            yield return contract;
        }
    }

    private static IEnumerable<string> Kinds(string kind) => kind switch
    {
        "class" => ["class", "sealed class"],
        "record" => ["record", "sealed record", "class", "sealed class"],
        "sealed record" => ["sealed record", "sealed class"],
        "record struct" => ["record struct", "struct"],
        _ => [kind],
    };

    private static IEnumerable<string> Ways(MemberInfo member) => member switch
    {
        MethodInfo method => Lengths(method.GetParameters()).Select(length => PublicMembers.Text(method, length)),
        ConstructorInfo constructor => Lengths(constructor.GetParameters()).Select(length => PublicMembers.Text(constructor, length)),
        PropertyInfo property => Accessors(property).Select(accessors => PublicMembers.Text(property, accessors)).Concat(AsField(property)),
        _ => [PublicMembers.Text(member)],
    };

    private static IEnumerable<int> Lengths(ParameterInfo[] parameters)
    {
        int required = parameters.Length;
        while (required > 0 && parameters[required - 1].IsOptional)
        {
            required--;
        }

        return Enumerable.Range(required, parameters.Length - required + 1);
    }

    private static IEnumerable<string> AsField(PropertyInfo property) => property.GetMethod is { IsStatic: true, IsPublic: true }
        ? [$"static readonly {TypeNames.Of(property.PropertyType)} {property.Name}"]
        : [];

    private static IEnumerable<string> Accessors(PropertyInfo property)
    {
        string? read = PublicMembers.IsVisible(property.GetMethod) ? "get;" : null;
        IEnumerable<string> writes = !PublicMembers.IsVisible(property.SetMethod) ? [] : PublicMembers.IsInit(property.SetMethod!) ? ["init;"] : ["init;", "set;"];
        return [.. read is null ? (string[])[] : [read], .. writes, .. read is null ? [] : writes.Select(write => $"{read} {write}")];
    }
}
