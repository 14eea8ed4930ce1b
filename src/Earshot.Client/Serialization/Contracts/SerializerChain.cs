using System.Text.Json;

namespace Earshot.Serialization;

/// <summary>Helpers for chains of serializers: appends a serializer, and creates the exception for a type that no serializer supports.</summary>
internal static class SerializerChain
{
    public static INatsSerializer<T>? Append<T>(INatsSerializer<T>? rest, INatsSerializer<T>? next) =>
        rest is null || next is null ? next ?? rest : rest.CombineWith(next);

    public static NatsException UnknownType<T>() => UnknownType(typeof(T), JsonSerializer.IsReflectionEnabledByDefault);

    public static NatsException UnknownType(Type type, bool hasReflectionJson) => new(hasReflectionJson
        ? $"No serializer is available for type {type}. Pass one to the call, or set NatsOpts.SerializerRegistry: "
            + "NatsJsonContextSerializerRegistry with a source-generated JsonSerializerContext that lists the type, "
            + "or NatsClientDefaultSerializerRegistry for JSON by reflection, which NatsClient uses by default."
        : $"No serializer is available for type {type}, and JSON by reflection is disabled in this program, as it is by default in "
            + "file-based programs and with PublishAot. Either list the type in a source-generated context, "
            + $"[JsonSerializable(typeof({type.Name}))] partial class MyContext : JsonSerializerContext, and set "
            + "NatsOpts.SerializerRegistry = new NatsJsonContextSerializerRegistry(MyContext.Default). Or, in a program that is not "
            + "compiled ahead of time, enable it: '#:property PublishAot=false' at the top of a file-based program, "
            + "<JsonSerializerIsReflectionEnabledByDefault>true</JsonSerializerIsReflectionEnabledByDefault> in a project file.");
}
