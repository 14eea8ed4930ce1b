namespace Earshot.JetStream;

/// <summary>Answer to the update of a stream.</summary>
public record StreamUpdateResponse : StreamInfo;
