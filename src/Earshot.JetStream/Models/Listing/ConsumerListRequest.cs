namespace Earshot.JetStream;

/// <summary>Request for one page of the consumers of a stream.</summary>
public record ConsumerListRequest : IterableRequest;
