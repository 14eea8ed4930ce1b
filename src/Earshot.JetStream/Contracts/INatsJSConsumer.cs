namespace Earshot.JetStream;

/// <summary>A consumer of a stream: what reads messages.</summary>
public interface INatsJSConsumer
{
}
