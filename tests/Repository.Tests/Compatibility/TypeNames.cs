using System.Reflection;

namespace Repository.Tests.Compatibility;

/// <summary>Names of types as C# writes them, without namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<string, string> s_keywords = new()
    {
        [nameof(Boolean)] = "bool",
        [nameof(Byte)] = "byte",
        [nameof(Int32)] = "int",
        [nameof(Int64)] = "long",
        [nameof(UInt64)] = "ulong",
        [nameof(String)] = "string",
        [nameof(Object)] = "object",
        ["Void"] = "void",
    };

    internal static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Of(underlying)}?";
        }

        return type.IsGenericParameter || !type.IsGenericType && type.DeclaringType is null ? s_keywords.GetValueOrDefault(type.Name, type.Name) : Composed(type);
    }

    internal static string OfReturn(ParameterInfo result) => (result.ParameterType.IsByRef ? "ref " : "") + Of(result.ParameterType);

    // A nested type has the parameters of its outer types first; tuples are written as such.
    private static string Composed(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        if (type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            return $"({string.Join(", ", arguments.Select(Of))})";
        }

        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string name = type.Name.Split('`')[0];
        string own = arguments.Length > outer ? $"<{string.Join(", ", arguments[outer..].Select(Of))}>" : "";
        return type.DeclaringType is { } declaring ? $"{Of(declaring)}.{name}{own}" : name + own;
    }
}
