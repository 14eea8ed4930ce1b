namespace Earshot.JetStream.Publishing;

/// <summary>What a caller gives to a publish.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Subject">The subject.</param>
/// <param name="Data">The value.</param>
/// <param name="Serializer">Null: the registry's.</param>
/// <param name="Opts">The options.</param>
/// <param name="Headers">The headers, which are never changed.</param>
internal readonly record struct PublishRequest<T>(string Subject, T? Data, INatsSerialize<T>? Serializer, NatsJSPubOpts Opts, NatsHeaders? Headers)
{
    /// <summary>The id that stands in the options or was made for the publish; null: none.</summary>
    public string? MsgId { get; init; } = Opts.MsgId;
}
