namespace Earshot.JetStream.Consuming;

/// <summary>
/// The reader of the messages of a push consumer. A flow control request is answered when the message in front of it is processed, and the
/// limit of the queue in bytes includes processed messages that are not reported, so both decide when messages are reported.
/// </summary>
internal sealed class PushReader<T>(PushEngine engine, INatsDeserialize<T> deserializer, IReadReporter reporter) : MessageReader<T>(engine, deserializer, reporter)
{
    private const int ReportEvery = 128;

    public PushEngine Engine => engine;

    protected override bool IsReportDue =>
        DoneMsgs >= ReportEvery || DoneBytes >= engine.ReportEveryBytes || (DoneMsgs > 0 && Reported + DoneMsgs >= engine.ReleaseAt);

    // Without acks the next consumer continues behind the last received message, so those of the previous one are for the application.
    protected override bool IsReplaced(ConsumerOrigin origin, AckOrigin subject) => subject.Consumer != origin.Name && !origin.Traits.IsWithoutAck;
}
