namespace Earshot.Lifecycle;

/// <summary>Where facts are brought; returns at once or processes the facts that are queued.</summary>
internal interface IMachineInputSink
{
    void Post(MachineInput fact);
}
