using Earshot.Outbound;

namespace Earshot.Connections;

/// <summary>What a request with many replies needs from its caller.</summary>
internal readonly record struct RequestManyOptions<TRequest, TReply>(
    PublishCall Call, TRequest? Data, INatsSerialize<TRequest> Serializer, INatsDeserialize<TReply> Deserializer, NatsSubOpts Opts);
