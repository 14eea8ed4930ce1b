namespace Earshot.Sessions;

/// <summary>Receives the failure of a write; the write loop has ended by then.</summary>
internal interface IWriteFailureSink
{
    void WriteFailed(Exception exception);
}
