namespace Earshot.JetStream;

/// <summary>Response with the configuration and state of a consumer.</summary>
public record ConsumerInfoResponse : ConsumerInfo;
