namespace Earshot.Serialization;

/// <summary>What every chain of serializers needs: how to append, and the last word.</summary>
internal static class SerializerChain
{
    public static INatsSerializer<T>? Append<T>(INatsSerializer<T>? rest, INatsSerializer<T>? next) =>
        rest is null || next is null ? next ?? rest : rest.CombineWith(next);

    public static NatsException UnknownType<T>() => new(
        $"No serializer is available for type {typeof(T)}. Pass one to the call, or set NatsOpts.SerializerRegistry: "
        + "NatsJsonContextSerializerRegistry with a source-generated JsonSerializerContext that lists the type, "
        + "or NatsClientDefaultSerializerRegistry for JSON by reflection.");
}
