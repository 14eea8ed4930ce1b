using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Repository.Tests.Compatibility;

/// <summary>The public and protected members of a type as lines of text without namespaces, so that two libraries can be compared.</summary>
internal static class PublicMembers
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The name under which a list has a member.</summary>
    internal static string ListedName(MemberInfo member) => member switch
    {
        ConstructorInfo => "constructor",
        PropertyInfo property when property.GetIndexParameters().Length > 0 => "this[]",
        MethodInfo { Name: "op_Implicit" } => "implicit operator",
        _ => member.Name,
    };

    /// <summary>The members that a type declares and that code outside its assembly can name, without what the compiler writes.</summary>
    internal static IEnumerable<MemberInfo> Members(Type type) => typeof(Delegate).IsAssignableFrom(type)
        ? []
        : type.GetMembers(Declared).Where(member => IsVisible(member) && !IsBoilerplate(member));

    internal static string Text(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}ctor({Parameters(constructor.GetParameters())})",
        MethodInfo method => $"{Access(method)}{Static(method)}{TypeNames.OfReturn(method.ReturnParameter)} {Name(method)}({Parameters(method.GetParameters())})",
        PropertyInfo property => Text(property, Accessors(property)),
        EventInfo @event => $"event {TypeNames.Of(@event.EventHandlerType!)} {@event.Name}",
        FieldInfo { DeclaringType.IsEnum: true } constant => $"{constant.Name} = {Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo field => $"{Access(field)}{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeNames.Of(field.FieldType)} {field.Name}",
        _ => throw new NotSupportedException(member.ToString()),
    };

    internal static string Text(PropertyInfo property, string accessors)
    {
        MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
        string name = property.GetIndexParameters() is { Length: > 0 } index ? $"this[{Parameters(index)}]" : property.Name;
        return $"{Access(accessor)}{Static(accessor)}{TypeNames.Of(property.PropertyType)} {name} {{ {accessors} }}";
    }

    internal static string Text(MethodInfo method, int parameters) =>
        $"{Access(method)}{Static(method)}{TypeNames.OfReturn(method.ReturnParameter)} {Name(method)}({Parameters(method.GetParameters()[..parameters])})";

    internal static string Text(ConstructorInfo constructor, int parameters) => $"{Access(constructor)}ctor({Parameters(constructor.GetParameters()[..parameters])})";

    internal static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    internal static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == nameof(IsExternalInit));

    private static string Accessors(PropertyInfo property) => string.Join(
        " ",
        new[]
        {
            IsVisible(property.GetMethod) ? "get;" : null,
            !IsVisible(property.SetMethod) ? null : IsInit(property.SetMethod!) ? "init;" : "set;",
        }.OfType<string>());

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => IsVisible(method),
        PropertyInfo property => IsVisible(property.GetMethod) || IsVisible(property.SetMethod),
        EventInfo @event => IsVisible(@event.AddMethod),
        FieldInfo field => !field.IsSpecialName && (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly),
        _ => false,
    };

    // Accessors, what records have without being written, and the overrides of object's members. An operator has a special name and is kept.
    private static bool IsBoilerplate(MemberInfo member) =>
        (member is MethodInfo { IsSpecialName: true } method && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        || member.Name is "<Clone>$" or "EqualityContract" or "PrintMembers" or nameof(Equals) or nameof(GetHashCode) or nameof(ToString) or "op_Equality" or "op_Inequality" or "Finalize"
        || (member is ConstructorInfo constructor && constructor.IsDefined(typeof(CompilerGeneratedAttribute)) && constructor.GetParameters() is [{ } copied] && copied.ParameterType == constructor.DeclaringType);

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Access(FieldInfo field) => field.IsPublic ? "" : "protected ";

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Name(MethodInfo method) =>
        method.IsGenericMethod ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : method.Name;

    private static string Parameters(IEnumerable<ParameterInfo> parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        bool isParams = parameter.IsDefined(typeof(ParamArrayAttribute));
        bool isThis = parameter.Position == 0 && parameter.Member.IsDefined(typeof(ExtensionAttribute));
        string modifier = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        return $"{(isThis ? "this " : "")}{(isParams ? "params " : "")}{modifier}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? $" = {Default(parameter)}" : "")}";
    }

    private static string Default(ParameterInfo parameter) => parameter.RawDefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        object other => other.ToString()!,
    };
}
