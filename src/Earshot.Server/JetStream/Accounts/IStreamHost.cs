namespace Earshot.Server.JetStream;

/// <summary>Subscribes for streams to their subjects.</summary>
internal interface IStreamHost
{
    /// <summary>The stream was created, or its subjects have changed.</summary>
    void Subscribe(StreamState stream);

    /// <summary>The stream was deleted.</summary>
    void Unsubscribe(StreamState stream);
}
