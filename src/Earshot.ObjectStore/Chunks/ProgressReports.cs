using Earshot.JetStream.Context;

namespace Earshot.ObjectStore.Chunks;

/// <summary>Reports the progress of a put or a get. An exception of the application's code ends neither: it is reported in the journal.</summary>
internal sealed class ProgressReports(IProgress<NatsObjProgress>? target, JetStreamPort port, long? total)
{
    public void Report(long bytes)
    {
        if (target is null)
        {
            return;
        }

        try
        {
            target.Report(new NatsObjProgress(bytes, total));
        }
        catch (Exception e)
        {
            port.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.Callback });
        }
    }
}
