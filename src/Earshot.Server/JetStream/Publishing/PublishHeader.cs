namespace Earshot.Server.JetStream;

/// <summary>The headers of a published message that a stream reads itself.</summary>
internal enum PublishHeader
{
    MessageId,
    ExpectedStream,
    ExpectedLast,
    ExpectedLastId,
    ExpectedLastOfSubject,
    ExpectedSubject,
    Rollup,
    TimeToLive,
    BatchId,
    BatchSequence,
    BatchCommit,
    ApiLevel,
    Increment,
    StreamSource,
    Schedule,
    ScheduleZone,
    Scheduler,
    ScheduleNext,
}
