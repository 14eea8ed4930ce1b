using System.Reflection;

namespace Repository.Tests.Compatibility;

/// <summary>What a type is, and what it derives from and implements.</summary>
internal static class TypeShape
{
    internal static string Kind(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            string parameters = string.Join(", ", invoke.GetParameters().Select(parameter => $"{TypeNames.Of(parameter.ParameterType)} {parameter.Name}"));
            return $"delegate {TypeNames.Of(invoke.ReturnType)} ({parameters})";
        }

        if (type.IsInterface || type.IsEnum || type.IsValueType)
        {
            return type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is null ? "struct" : "record struct";
        }

        string modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return modifier + (type.GetMethod("<Clone>$") is null ? "class" : "record");
    }

    /// <summary>Base class and interfaces that another type can name, as <c>: Name</c>.</summary>
    internal static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum || typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        IEnumerable<Type> bases = type.IsClass && type.BaseType is { } parent && parent != typeof(object) ? [parent] : [];
        return bases.Concat(Declared(type)).Where(named => named.IsVisible && !named.Name.StartsWith("IEquatable`", StringComparison.Ordinal)).Select(named => $": {TypeNames.Of(named)}");
    }

    // Without those that a base class or another interface brings.
    private static IEnumerable<Type> Declared(Type type)
    {
        Type[] all = type.GetInterfaces();
        IEnumerable<Type> brought = all.SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        return all.Except(brought);
    }
}
