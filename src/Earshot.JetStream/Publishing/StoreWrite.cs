using Earshot.Protocol;

namespace Earshot.JetStream.Publishing;

/// <summary>A publish of an extension.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Subject">The subject of the message.</param>
/// <param name="Data">The value.</param>
/// <param name="Serializer">The serializer. Null: the one of the connection's registry.</param>
/// <param name="Opts">The options of the publish, without a message id.</param>
/// <param name="Headers">The headers, which are not modified.</param>
/// <param name="MsgId">The message id.</param>
[ForExtensions]
internal readonly record struct StoreWrite<T>(string Subject, T? Data, INatsSerialize<T>? Serializer, NatsJSPubOpts Opts, NatsHeaders? Headers, string MsgId);
