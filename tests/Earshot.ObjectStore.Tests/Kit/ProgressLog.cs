namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>Records progress. Contains no assertions.</summary>
internal sealed class ProgressLog(Action<NatsObjProgress>? hook = null) : IProgress<NatsObjProgress>
{
    public List<NatsObjProgress> Reported { get; } = [];

    public void Report(NatsObjProgress value)
    {
        Reported.Add(value);
        hook?.Invoke(value);
    }
}
