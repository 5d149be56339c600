/// <reference lib="dom" />
import { connect } from './connection';
import { mountPanel } from './panel';
import { Report } from '../../report/report';

/** The page that the report's own script has put there before. */
declare const rehearsalPage: { show(report: Report): void };

mountPanel(document.getElementById('live')!, connect(report => rehearsalPage.show(report)));
