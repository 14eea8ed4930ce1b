namespace Earshot.JetStream.Consuming;

/// <summary>Specifies the kind of a note of a running read.</summary>
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
