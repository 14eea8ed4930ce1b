namespace Earshot.JetStream;

/// <summary>Response to the update of a stream.</summary>
public record StreamUpdateResponse : StreamInfo;
