namespace Earshot.JetStream.Publishing;

/// <summary>The arguments of a publish.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Subject">The subject of the message.</param>
/// <param name="Data">The value.</param>
/// <param name="Serializer">The serializer. Null: the one of the connection's registry.</param>
/// <param name="Opts">The options of the publish.</param>
/// <param name="Headers">The headers, which are not modified.</param>
internal readonly record struct PublishRequest<T>(string Subject, T? Data, INatsSerialize<T>? Serializer, NatsJSPubOpts Opts, NatsHeaders? Headers)
{
    /// <summary>The message id from the options, or generated for the publish; null when it has none.</summary>
    public string? MsgId { get; init; } = Opts.MsgId;

    /// <inheritdoc cref="PublishMessage.IsIdGenerated"/>
    public bool IsIdGenerated { get; init; }

    /// <summary>The number to add to a counter; null when the message is not an addition.</summary>
    public string? Increment { get; init; }
}
