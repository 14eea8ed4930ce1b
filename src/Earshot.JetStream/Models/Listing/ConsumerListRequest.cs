namespace Earshot.JetStream;

/// <summary>A request for consumers.</summary>
public record ConsumerListRequest : IterableRequest;
