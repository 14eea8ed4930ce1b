namespace Earshot.JetStream.Consuming;

/// <summary>The events of a running read.</summary>
internal enum PullNoteKind
{
    HeartbeatAlarm,
    UnhandledStatus,
    StatusWarning,
    StatusError,
    Notice,
    Stalled,
    Resumed,
    Lost,
}
