namespace Earshot.JetStream;

/// <summary>Response to the creation or update of a consumer.</summary>
public record ConsumerCreateResponse : ConsumerInfo;
