namespace Earshot.JetStream;

/// <summary>Answer about a consumer.</summary>
public record ConsumerInfoResponse : ConsumerInfo;
