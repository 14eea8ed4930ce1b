namespace Earshot.Lifecycle;

/// <summary>Receives inputs of the state machine; returns immediately or processes the queued inputs.</summary>
internal interface IMachineInputSink
{
    void Post(MachineInput fact);
}
