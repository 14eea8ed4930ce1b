using System.Collections.Concurrent;

namespace Earshot.Serialization;

/// <summary>What every chain of serializers needs: how to append, what stands before JSON, and the last word.</summary>
internal static class SerializerChain
{
    public static INatsSerializer<T>? Append<T>(INatsSerializer<T>? rest, INatsSerializer<T>? next) =>
        rest is null || next is null ? next ?? rest : rest.CombineWith(next);

    public static INatsSerializer<T> BeforeJson<T>(INatsSerializer<T> json) =>
        new NatsRawSerializer<T>(new NatsUtf8PrimitivesSerializer<T>(json));

    public static NatsException UnknownType<T>() => new(
        $"No serializer knows the type {typeof(T)}. Pass one to the call, or set NatsOpts.SerializerRegistry: "
        + $"{nameof(NatsJsonContextSerializerRegistry)} with a source-generated JsonSerializerContext that lists the type, "
        + $"or {nameof(NatsClientDefaultSerializerRegistry)} for JSON by reflection.");
}
