namespace Earshot.JetStream;

/// <summary>Answer to the creation of a consumer.</summary>
public record ConsumerCreateResponse : ConsumerInfo;
