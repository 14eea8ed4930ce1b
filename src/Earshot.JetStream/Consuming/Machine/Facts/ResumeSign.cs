namespace Earshot.JetStream.Consuming;

/// <summary>The first sign of life after a stall.</summary>
internal enum ResumeSign
{
    Message,
    Heartbeat,
    Recreated,
}
